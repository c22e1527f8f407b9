import { randomBytes, randomUUID } from 'node:crypto'
import { rmSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTokenIssuer, type TokenIssuer } from '../support/access/token-issuer.ts'
import { basicOf, writeUsers } from '../support/access/users.ts'
import { runCli, startCli } from '../support/run-cli.ts'
import { type RunningService, startService, temporaryFolder } from '../support/running-service.ts'
import { sendRaw, videoFlow } from '../support/tams-requests.ts'

const ann = {
  name: 'ann',
  password: `planted-${randomUUID()}`,
  scopes: ['tams-api/read', 'tams-api/write'],
} as const
const WRITER = 'tams-api/read tams-api/write'
const BOTH = 'Bearer realm="Framelog", Basic realm="Framelog", charset="UTF-8"'

const folder = temporaryFolder()
let issuer: TokenIssuer
let service: RunningService

beforeAll(async () => {
  issuer = await startTokenIssuer()
  service = await startService(folder, {
    HOST: '0.0.0.0',
    AUTH_ISSUER: issuer.issuer,
    AUTH_AUDIENCE: 'tams',
    AUTH_CLOCK_SKEW_SECONDS: '0',
    AUTH_USERS_FILE: await writeUsers(folder, [ann]),
    LOG_LEVEL: 'trace',
  })
})
afterAll(async () => {
  await service.stop()
  await issuer.stop()
  rmSync(folder, { recursive: true, force: true })
})

const tokenOf = (claims: Record<string, unknown> = {}) =>
  issuer.token({ aud: 'tams', scope: WRITER, client_id: 'truck', ...claims })
const bearer = async (claims = {}) => ({ authorization: `Bearer ${await tokenOf(claims)}` })
const json = { 'content-type': 'application/json' }

const ask = (path: string, headers: Record<string, string> = {}, method = 'GET', body?: unknown) =>
  sendRaw(`${service.url}${path}`, method, body === undefined ? undefined : JSON.stringify(body), {
    ...json,
    ...headers,
  })

describe('a service that asks who callers are', () => {
  it('tells all the ways there are', async () => {
    const { status, headers, body } = await ask('/flows')
    expect([status, headers.get('www-authenticate')]).toEqual([401, BOTH])
    expect(body).toMatchObject({ type: 'unauthenticated' })
    const { components, security } = (await (await fetch(`${service.url}/openapi.json`)).json()) as {
      components: { securitySchemes: object }
      security: object[]
    }
    expect(Object.keys(components.securitySchemes)).toEqual(security.flatMap((each) => Object.keys(each)))
    expect(security).toHaveLength(3)
  })

  it.each([
    ['a token that is none', { authorization: 'Bearer abc' }, 'invalid_token'],
    ['a wrong password', basicOf({ ...ann, password: 'wrong' }), 'invalid_password'],
    ['a user nobody knows', basicOf({ name: 'bob', password: ann.password }), 'invalid_password'],
    ['another scheme', { authorization: 'Digest username="ann"' }, 'unknown_scheme'],
    ['a header that is none', { authorization: 'Bearer' }, 'unknown_scheme'],
  ])('refuses %s', async (_what, given, type) => {
    for (const method of ['GET', 'HEAD', 'POST']) {
      const { status, headers, body } = await ask('/flows', given as Record<string, string>, method)
      expect(status).toBe(401)
      if (method !== 'HEAD') expect(body).toMatchObject({ type })
      expect(headers.get('www-authenticate')?.includes('error="invalid_token"')).toBe(
        type === 'invalid_token',
      )
    }
  })

  it.each([
    ['a token', async () => [await bearer(), ''] as const, 'truck'],
    ['a user and password', async () => [basicOf(ann), ''] as const, 'ann'],
    ['a token in the URL', async () => [{}, `?access_token=${await tokenOf()}`] as const, 'truck'],
  ])('remembers who came with %s', async (_what, credentials, name) => {
    const [headers, query] = await credentials()
    const flow = videoFlow()
    expect((await ask(`/flows/${flow.id}${query}`, headers, 'PUT', flow)).body).toMatchObject({
      created_by: name,
      updated_by: name,
    })
    const label = await ask(`/flows/${flow.id}/label`, await bearer({ client_id: 'other' }), 'PUT', 'a')
    expect(label.status).toBe(204)
    expect((await ask(`/flows/${flow.id}${query}`, headers)).body).toMatchObject({
      created_by: name,
      updated_by: 'other',
    })
    const history = (await ask(`/flows/${flow.id}/history${query}`, headers)).body as { by: string }[]
    expect(new Set(history.map(({ by }) => by))).toEqual(new Set([name, 'other']))
  })

  it('lets a body say who made something, as TAMS may', async () => {
    const flow = videoFlow({ created_by: 'archive' })
    const { body } = await ask(`/flows/${flow.id}`, await bearer(), 'PUT', flow)
    expect(body).toMatchObject({ created_by: 'archive', updated_by: 'truck' })
  })

  it('asks below its other prefix too, and in any spelling of a path', async () => {
    for (const path of [
      '/api/v1/flows',
      '/FLOWS',
      '/flows/',
      '//flows',
      '/docs/../flows',
      '/health/../flows',
    ]) {
      const { status } = await fetch(`${service.url}${path}`)
      expect([path, status === 401 || status === 404]).toEqual([path, true])
    }
    const flows = `/api/v1/flows?access_token=${await tokenOf()}`
    expect((await ask(flows)).status).toBe(200)
  })

  it('gives links without the token, and has nobody keep the answer for others', async () => {
    for (let n = 0; n < 2; n += 1) {
      const flow = videoFlow()
      await ask(`/flows/${flow.id}`, await bearer(), 'PUT', flow)
    }
    const token = await tokenOf()
    const { headers } = await ask(`/flows?limit=1&access_token=${token}&format=urn:x-nmos:format:video`)
    expect(headers.get('cache-control')).toBe('private')
    const link = headers.get('link') ?? ''
    expect(link).toContain('rel="next"')
    expect(link).not.toContain('access_token')
    expect([...headers].filter(([, value]) => value.includes(token))).toEqual([])
    const next = new URL(/<([^>]+)>/.exec(link)![1]!)
    next.searchParams.set('access_token', token)
    expect((await ask(next.pathname + next.search)).status).toBe(200)
  })

  it('takes a token in the URL once, and a header before it', async () => {
    const token = await tokenOf()
    expect((await ask(`/flows?access_token=${token}&access_token=${token}`)).status).toBe(401)
    expect((await ask('/flows?access_token=%ZZ')).status).toBe(401)
    expect((await ask(`/flows?access_token=abc`, basicOf(ann))).status).toBe(200)
  })

  it('knows a repeated request by its key, whatever token it comes with', async () => {
    const key = { 'idempotency-key': randomUUID() }
    const flow = { ...videoFlow(), id: undefined }
    const post = async () =>
      ask(`/flows?access_token=${await tokenOf({ jti: randomUUID() })}`, key, 'POST', flow)
    const [first, second] = [await post(), await post()]
    expect(first.status).toBe(201)
    expect(second.body).toEqual(first.body)
  })

  it('answers preflights, health and documentation to everyone', async () => {
    const origin = { origin: 'http://localhost:3000' }
    const asking = {
      ...origin,
      'access-control-request-method': 'PUT',
      'access-control-request-headers': 'authorization',
    }
    const preflight = await fetch(`${service.url}/flows/${randomUUID()}`, {
      method: 'OPTIONS',
      headers: asking,
    })
    expect([preflight.status, preflight.headers.get('access-control-allow-headers')]).toEqual([
      204,
      'authorization',
    ])
    const refused = await fetch(`${service.url}/flows`, { headers: origin })
    expect([refused.status, refused.headers.get('access-control-allow-origin')]).toEqual([401, origin.origin])
    expect(refused.headers.get('access-control-expose-headers')).toContain('WWW-Authenticate')
    for (const path of ['/health', '/openapi.json', '/asyncapi.json', '/docs', '/docs/start.js']) {
      expect([
        path,
        (await fetch(`${service.url}${path}`, { headers: { authorization: 'Bearer x' } })).status,
      ]).toEqual([path, 200])
    }
  })

  it('gives media by signed URLs to whoever has one, and by plain ones to who may read', async () => {
    const id = randomUUID()
    await ask(`/flows/${id}`, await bearer(), 'PUT', videoFlow({ id }))
    const storage = await ask(`/flows/${id}/storage`, await bearer(), 'POST', { limit: 1, presigned: false })
    const [object] = (storage.body as { media_objects: { object_id: string; put_url: { url: string } }[] })
      .media_objects
    const plain = object!.put_url.url
    const put = (headers: Record<string, string>) =>
      fetch(plain, { method: 'PUT', headers: { 'content-type': 'video/mp2t', ...headers }, body: 'media' })
    const statuses = async (use: (headers: Record<string, string>) => Promise<Response>) => ({
      nobody: (await use({})).status,
      none: (await use(await bearer({ scope: '' }))).status,
      read: (await use(await bearer({ scope: 'tams-api/read' }))).status,
      write: (await use(await bearer({ scope: 'tams-api/write' }))).status,
    })
    expect(await statuses(put)).toEqual({ nobody: 401, none: 403, read: 403, write: 200 })
    expect(await statuses((headers) => fetch(plain, { headers }))).toEqual({
      nobody: 401,
      none: 403,
      read: 200,
      write: 403,
    })
    expect((await fetch(`${plain}?access_token=${await tokenOf()}`)).status).toBe(200)
    const refused = await fetch(plain)
    expect(refused.headers.get('www-authenticate')).toBe(BOTH)
    await ask(`/flows/${id}/segments`, await bearer(), 'POST', {
      object_id: object!.object_id,
      timerange: '[0:0_1:0)',
    })
    const segments = await ask(`/flows/${id}/segments?presigned=true`, await bearer())
    const [{ get_urls }] = segments.body as [{ get_urls: { url: string }[] }]
    expect((await fetch(get_urls[0]!.url)).status).toBe(200)
  })

  it('ends a stream of events when the token it came with does', async () => {
    const exp = Math.floor(Date.now() / 1000) + 3
    const response = await fetch(`${service.url}/events`, { headers: await bearer({ exp }) })
    expect(response.status).toBe(200)
    expect(await response.text()).toContain(': the token has expired')
    expect(Date.now()).toBeGreaterThanOrEqual(exp * 1000)
  })

  it('is spoken to by the command line, with a token or a user', async () => {
    const url = { FRAMELOG_URL: service.url }
    const token = await runCli(['ls', 'flows', '--json'], { ...url, FRAMELOG_TOKEN: await tokenOf() })
    const user = { ...url, FRAMELOG_USER: ann.name, FRAMELOG_PASSWORD: ann.password }
    const basic = await runCli(['ls', 'flows', '--json'], user)
    expect([token.code, basic.code]).toEqual([0, 0])
    expect(basic.stdout).toBe(token.stdout)
    const nobody = await runCli(['ls', 'flows'], url)
    expect([nobody.code, nobody.stderr]).toEqual([1, expect.stringContaining('401')])
    const lacking = await runCli(['ls', 'flows'], { ...url, FRAMELOG_USER: ann.name })
    expect([lacking.code, lacking.stderr]).toEqual([2, expect.stringContaining('FRAMELOG_PASSWORD')])
    const help = await runCli(['ls', '--help'], user)
    expect(help.stdout + help.stderr).not.toContain(ann.password)

    const tail = startCli(['tail', '--from', '1', '--json'], user)
    await expect.poll(() => tail.stdout()).toContain('flows/created')
    tail.process.kill('SIGINT')
    expect((await tail.ended).code).toBe(0)
  })

  it('tells no token and no password in logs, errors or metrics', async () => {
    const planted = `planted${randomBytes(12).toString('hex')}`
    const secret = { authorization: `Basic ${Buffer.from(`ann:${planted}`).toString('base64')}` }
    const answers = [
      await ask(`/flows?access_token=${planted}`),
      await ask(`/nowhere?access_token=${planted}`),
      await ask(`/flows?a%20b=1&access_token=${planted}`, basicOf(ann)),
      await ask(`/flows/${randomUUID()}?access_token=${await tokenOf({ jti: planted })}`),
      await ask('/flows', { authorization: `Bearer ${planted}` }),
      await ask('/flows', { authorization: `Bearer ${planted}.${planted}.${planted}` }),
      await ask('/flows', secret),
      await ask(`/media/2026/11/21/${'0'.repeat(32)}?access_token=${planted}`),
      await ask(`/api/v1/flows?page=abc&access_token=${planted}`, basicOf(ann)),
    ]
    expect(answers.map(({ status }) => status).filter((status) => status < 400)).toEqual([])
    const told = answers.map(({ body, headers }) => JSON.stringify([body, ...headers])).join()
    const metrics = await (await fetch(`${service.url}/metrics`, { headers: basicOf(ann) })).text()
    expect(metrics).toMatch(/framelog_authentication_refused_total\{reason="invalid_token"\} \d+/)
    expect(service.log()).toContain('"status":401')
    // Who was known is told of, whoever was not is not.
    const told401 = service
      .log()
      .split('\n')
      .filter((line) => line.includes('"status":401'))
    expect(told401.filter((line) => line.includes('"principal"'))).toEqual([])
    expect(service.log()).toMatch(/"principal":"ann","method":"GET","path":"\/flows","status":400/)
    for (const text of [told, metrics, service.log()]) {
      for (const word of [planted, ann.password, basicOf(ann)['authorization']!, secret.authorization]) {
        expect(text.includes(word)).toBe(false)
      }
      expect(text).not.toMatch(/eyJ[\w-]+\./)
    }
  })
})
