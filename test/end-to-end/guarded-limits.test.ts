import { rmSync } from 'node:fs'
import { afterEach, describe, expect, it } from 'vitest'
import { startTokenIssuer } from '../support/access/token-issuer.ts'
import { basicOf, writeUsers } from '../support/access/users.ts'
import { type RunningService, startService, temporaryFolder } from '../support/running-service.ts'
import { sendRaw } from '../support/tams-requests.ts'

const ann = { name: 'ann', password: 'a password of ann', scopes: ['tams-api/read'] } as const
const bob = { name: 'bob', password: 'a password of bob', scopes: ['tams-api/read'] } as const

let service: RunningService | undefined
const folders: string[] = []
afterEach(async () => {
  await service?.stop()
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

async function start(environment: Record<string, string>, withUsers = true): Promise<string> {
  const folder = temporaryFolder()
  folders.push(folder)
  const users = withUsers ? { AUTH_USERS_FILE: await writeUsers(folder, [ann, bob]) } : {}
  service = await startService(folder, { ...users, ...environment })
  return service.url
}

const get = (url: string, headers: Record<string, string> = {}) => sendRaw(url, 'GET', undefined, headers)

describe('limits', () => {
  it('let each principal ask so often in a minute', async () => {
    const url = await start({ RATE_LIMIT_PER_MINUTE: '3' })
    const statuses = async (headers: Record<string, string>, count: number) => {
      const found = []
      for (let n = 0; n < count; n += 1) found.push((await get(`${url}/flows`, headers)).status)
      return found
    }
    expect(await statuses(basicOf(ann), 4)).toEqual([200, 200, 200, 429])
    expect(await statuses(basicOf(bob), 1)).toEqual([200])
    const { status, body, headers } = await get(`${url}/flows`, basicOf(ann))
    expect([status, body]).toEqual([429, expect.objectContaining({ type: 'too_many_requests' })])
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(0)
    expect(Number(headers.get('retry-after'))).toBeLessThanOrEqual(60)
    for (let n = 0; n < 5; n += 1) expect((await get(`${url}/health`, basicOf(ann))).status).toBe(200)
  })

  it('are of an address where nobody says who they are', async () => {
    const url = await start({ RATE_LIMIT_PER_MINUTE: '2', TRUSTED_PROXIES: 'loopback' }, false)
    const from = (address: string) => get(`${url}/flows`, { 'x-forwarded-for': address })
    const statuses = []
    for (const address of [
      '10.0.0.1',
      '10.0.0.1',
      '10.0.0.1',
      '10.0.0.2',
      '2001:db8::1',
      '2001:db8::2',
      '2001:db8::3',
    ]) {
      statuses.push((await from(address)).status)
    }
    expect(statuses).toEqual([200, 200, 429, 200, 200, 200, 429])
  })

  it('have an address wait after many wrong passwords, but not who was known before', async () => {
    const url = await start({ AUTH_FAILURES_PER_MINUTE: '3' })
    const wrong = { ...ann, password: 'wrong' }
    expect((await get(`${url}/flows`, basicOf(ann))).status).toBe(200)
    const statuses = []
    for (let n = 0; n < 4; n += 1) statuses.push((await get(`${url}/flows`, basicOf(wrong))).status)
    expect(statuses).toEqual([401, 401, 401, 429])
    const { body, headers } = await get(`${url}/flows`, basicOf(bob))
    expect(body).toMatchObject({ type: 'too_many_failures' })
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(0)
    expect((await get(`${url}/flows`, basicOf(ann))).status).toBe(200)
    expect((await get(`${url}/flows`)).status).toBe(401)
  })
})

describe('an issuer that is away', () => {
  it('from the start: nobody can tell who has a token, health says so, and users are let in', async () => {
    const issuer = await startTokenIssuer()
    await issuer.stop()
    const url = await start({ AUTH_ISSUER: issuer.issuer })
    const token = { authorization: `Bearer ${await issuer.token({ scope: 'tams-api/read' })}` }
    const { status, body, headers } = await get(`${url}/flows`, token)
    expect([status, headers.get('retry-after')]).toEqual([503, '2'])
    expect(body).toMatchObject({ type: 'authentication_unavailable' })
    expect((await get(`${url}/flows`, basicOf(ann))).status).toBe(200)
    const health = await get(`${url}/health`)
    expect(health).toMatchObject({
      status: 200,
      body: { status: 'degraded', checks: { token_keys: { ok: false } } },
    })
    await issuer.start()
    await expect.poll(async () => (await get(`${url}/flows`, token)).status).toBe(200)
    await expect
      .poll(async () => (await get(`${url}/health`)).body)
      .toMatchObject({ status: 'ok', checks: { token_keys: { ok: true } } })
    await issuer.stop()
  })
})

describe('metrics', () => {
  it('ask nobody who they are where they are told to be open', async () => {
    const url = await start({ METRICS_OPEN: 'true' })
    expect((await fetch(`${url}/metrics`)).status).toBe(200)
    expect((await fetch(`${url}/flows`)).status).toBe(401)
  })
})

describe('every answer', () => {
  it('tells browsers to make nothing of it', async () => {
    const url = await start({}, false)
    for (const path of ['/', '/flows', '/nowhere', '/health', '/metrics']) {
      const { headers } = await fetch(`${url}${path}`)
      expect([path, headers.get('x-content-type-options'), headers.get('content-security-policy')]).toEqual([
        path,
        'nosniff',
        "default-src 'none';frame-ancestors 'none'",
      ])
      expect(headers.get('referrer-policy')).toBe('no-referrer')
      expect(headers.get('strict-transport-security')).toBeNull()
    }
    const docs = await fetch(`${url}/docs`)
    expect(docs.headers.get('content-security-policy')).toContain("script-src 'self'")
  })
})
