import { randomUUID } from 'node:crypto'
import { readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openCommandHarness } from '../support/command-harness.ts'
import { hasSpecification, ifSpecified, readExample } from '../support/contracts/tams-specification.ts'
import { serviceOfSuite, startService, temporaryFolder, withFolder } from '../support/running-service.ts'
import { planted } from '../support/secrets/planted.ts'
import { send, sendRaw } from '../support/tams-requests.ts'

type Body = Record<string, unknown>

/** Nobody begins to deliver: webhooks stay as they were made. */
const UNDELIVERED = { WEBHOOKS_ENABLED: 'false' }
const UUID_V4 = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/
const hook = { url: 'https://hook.example.com/', events: ['flows/created'] }

/** Everything but the key and the status. */
const everything = {
  ...hook,
  api_key_name: 'Authorization',
  flow_ids: [randomUUID()],
  source_ids: [],
  flow_collected_by_ids: [],
  source_collected_by_ids: [randomUUID(), randomUUID()],
  accept_get_urls: [],
  accept_storage_ids: [randomUUID()],
  presigned: false,
  verbose_storage: true,
  include_object_timerange: true,
  tags: { site: ['a', 'b'], owner: 'ada' },
}

describe('webhooks', () => {
  const service = serviceOfSuite(UNDELIVERED)
  const webhooks = () => `${service.url}/service/webhooks`
  const register = async (body: Body = hook) => {
    const { status, body: made } = await send(webhooks(), 'POST', body)
    expect(status, JSON.stringify(made)).toBe(201)
    const { id } = made as { id: string }
    return { id, url: `${webhooks()}/${id}`, made: made as Body }
  }

  it('are among the ways the service tells of changes', async () => {
    const { body } = await send(`${service.url}/service`, 'GET')
    expect(body).toMatchObject({ event_stream_mechanisms: [{ name: 'webhooks' }] })
  })

  it('are registered under ids of the service’s making, and read as they were registered', async () => {
    const { id, url, made } = await register({ ...everything, api_key_value: 'Bearer abc' })
    expect(id).toMatch(UUID_V4)
    expect(made).toStrictEqual({ ...everything, id, status: 'created' })
    const read = await send(url, 'GET')
    expect(read).toMatchObject({ status: 200, body: made })
    const head = await fetch(url, { method: 'HEAD' })
    expect(head.status).toBe(200)
    expect(head.headers.get('content-length')).toBe(read.headers.get('content-length'))
  })

  it('may wait, or hear of nothing', async () => {
    const { made } = await register({ ...hook, events: [], status: 'disabled' })
    expect(made).toMatchObject({ events: [], status: 'disabled' })
  })

  it('are replaced whole', async () => {
    const { id, url } = await register({ ...everything, api_key_value: 'Bearer abc' })
    const changed = { ...hook, id, url: 'http://other.example.com/', status: 'disabled' }
    const put = await send(url, 'PUT', changed)
    expect(put.status).toBe(201)
    expect(put.body).toStrictEqual(changed)
    expect(await send(url, 'GET')).toMatchObject({ status: 200, body: changed })
    expect((await send(url, 'PUT', { ...changed, status: 'created' })).body).toStrictEqual({
      ...changed,
      status: 'created',
    })
  })

  it('may be put back as they were read', async () => {
    const { url, made } = await register({ ...everything, api_key_value: 'Bearer abc' })
    const error = { type: 'gone', summary: '410', time: '2026-11-21T00:00:00Z' }
    const put = await send(url, 'PUT', { ...made, error })
    expect(put).toMatchObject({ status: 201 })
    expect(put.body).toStrictEqual(made)
  })

  it('are deleted, for good', async () => {
    const { id, url } = await register()
    const gone = await send(url, 'DELETE')
    expect(gone).toMatchObject({ status: 204, body: undefined })
    for (const method of ['GET', 'DELETE']) expect(await send(url, method)).toMatchObject({ status: 404 })
    expect(await send(url, 'PUT', { ...hook, id, status: 'created' })).toMatchObject({
      status: 404,
      body: { type: 'webhook_not_found' },
    })
    expect((await fetch(url, { method: 'HEAD' })).status).toBe(404)
  })

  it.each([randomUUID(), 'nonsense'])('that nobody registered are not there: %s', async (id) => {
    const url = `${webhooks()}/${id}`
    const body = { ...hook, id, status: 'created' }
    expect(await send(url, 'GET')).toMatchObject({ status: 404 })
    expect(await send(url, 'DELETE')).toMatchObject({ status: 404 })
    expect(await send(url, 'PUT', body)).toMatchObject({ status: 404 })
  })

  it.each<[what: string, body: unknown]>([
    ['no events', { url: hook.url }],
    ['a filter nobody knows', { ...hook, formats: ['urn:x-nmos:format:video'] }],
    ['another scheme', { ...hook, url: 'file:///etc/passwd' }],
    ['a password in the URL', { ...hook, url: 'https://a:b@hook.example.com/' }],
    ['a key without a header', { ...hook, api_key_value: 'a' }],
    ['a header that frames the request', { ...hook, api_key_name: 'Content-Length', api_key_value: '1' }],
    ['a status of the service’s', { ...hook, status: 'started' }],
    ['a list', [hook]],
  ])('are refused with %s', async (_what, body) => {
    expect(await send(webhooks(), 'POST', body)).toMatchObject({ status: 400, body: { type: 'bad_request' } })
  })

  it('are not changed by what is wrong', async () => {
    const { id, url, made } = await register()
    const right = { ...hook, id, status: 'created' }
    const { status: _, ...without } = right
    for (const body of [
      { ...right, id: randomUUID() },
      without,
      { ...right, status: 'error' },
      { ...right, x: 1 },
    ]) {
      expect(await send(url, 'PUT', body)).toMatchObject({ status: 400 })
    }
    expect(await send(url, 'GET')).toMatchObject({ body: made })
  })
})

describe('a webhook that its deliverer gave up on', () => {
  const gone = { type: 'gone', summary: 'it answered 410', time: '2026-11-21T00:00:00.000Z' }

  it('says why, cannot be disabled, and begins anew for a client', async () => {
    await withFolder(async (folder) => {
      const service = await startService(folder, UNDELIVERED)
      const beside = await openCommandHarness(folder, { name: 'beside' })
      const webhooks = `${service.url}/service/webhooks`
      const { id } = (await send(webhooks, 'POST', hook)).body as { id: string }
      const url = `${webhooks}/${id}`
      /** As it is once all that is in the log can be read. */
      const read = async () => {
        const headers = { 'Framelog-Position': String(await beside.log.head()) }
        return (await sendRaw(url, 'GET', undefined, headers)).body
      }

      await beside.webhook(id, { type: 'StartWebhook' })
      expect(await read()).toStrictEqual({ ...hook, id, status: 'started' })
      await beside.webhook(id, { type: 'FailWebhook', error: gone })
      expect(await read()).toStrictEqual({ ...hook, id, status: 'error', error: gone })

      const disabled = await send(url, 'PUT', { ...hook, id, status: 'disabled' })
      expect(disabled).toMatchObject({ status: 400, body: { type: 'webhook_in_error' } })
      const enabled = await send(url, 'PUT', { ...hook, id, status: 'created', error: gone })
      expect(enabled).toMatchObject({ status: 201 })
      expect(enabled.body).toStrictEqual({ ...hook, id, status: 'created' })
      expect(await read()).toStrictEqual(enabled.body)

      await beside.close()
      await service.stop()
    })
  })
})

describe('the list of webhooks', () => {
  const service = serviceOfSuite(UNDELIVERED)
  const list = (query = '') => send(`${service.url}/service/webhooks${query}`, 'GET')
  const urlsIn = ({ body }: { body: unknown }) => (body as { url: string }[]).map(({ url }) => url)

  it('is sorted by URL, in pages, and filtered by tags', async () => {
    const urls = ['https://c/', 'https://a/', 'https://b/', 'https://a/']
    const tags: readonly Body[] = [{}, { site: 'x' }, { site: ['y', 'x'], 'a.b': '1' }, { other: 'x' }]
    expect(await list()).toMatchObject({ status: 200, body: [] })
    for (const [index, url] of urls.entries()) {
      await send(`${service.url}/service/webhooks`, 'POST', { ...hook, url, tags: tags[index] })
    }
    const all = await list()
    expect(urlsIn(all)).toStrictEqual(['https://a/', 'https://a/', 'https://b/', 'https://c/'])
    expect(all.headers.get('x-paging-count')).toBe('4')
    expect(all.headers.get('x-paging-limit')).toBe('100')
    expect(all.headers.get('x-paging-reverse-order')).toBe('false')
    expect(all.headers.get('link')).toBeNull()

    const reverse = await list('?reverse_order=true')
    expect(reverse.body).toStrictEqual((all.body as unknown[]).toReversed())
    expect(reverse.headers.get('x-paging-reverse-order')).toBe('true')

    for (const [query, whole] of [
      ['?limit=1', all],
      ['?limit=1&reverse_order=true', reverse],
    ] as const) {
      const paged: unknown[] = []
      let next: string | null = `${service.url}/service/webhooks${query}`
      while (next) {
        const page = await send(next, 'GET')
        paged.push(...(page.body as unknown[]))
        expect(page.headers.get('x-paging-count')).toBe('1')
        expect(page.headers.has('x-paging-nextkey')).toBe(page.headers.has('link'))
        next = page.headers.get('link')?.match(/<(.+)>; rel="next"/)?.[1] ?? null
      }
      expect(paged).toStrictEqual(whole.body)
    }

    expect(urlsIn(await list('?tag.site=x'))).toStrictEqual(['https://a/', 'https://b/'])
    expect(urlsIn(await list('?tag.site=y,z'))).toStrictEqual(['https://b/'])
    expect(urlsIn(await list('?tag.a.b=1'))).toStrictEqual(['https://b/'])
    expect(urlsIn(await list('?tag_exists.site=false'))).toStrictEqual(['https://a/', 'https://c/'])
    expect(urlsIn(await list('?tag_exists.site=true&tag_exists.a.b=false'))).toStrictEqual(['https://a/'])
  })

  it.each(['?limit=0', '?page=AAAA', '?reverse_order=yes', '?tag_exists.a=1', '?url=https://a/'])(
    'refuses %s',
    async (query) => {
      expect(await list(query)).toMatchObject({ status: 400, body: { type: 'bad_request' } })
    },
  )
})

describe('the key of a webhook', () => {
  it('is nowhere but where it was sent: not in an answer, the log, or a file', async () => {
    const secrets = ['first', 'second', 'third'].map(planted)
    const folder = temporaryFolder()
    const service = await startService(folder, { LOG_LEVEL: 'trace', ...UNDELIVERED })
    const url = `${service.url}/service/webhooks`
    const keyed = { ...hook, api_key_name: 'Authorization', api_key_value: secrets[0] }

    const made = await send(url, 'POST', keyed)
    const { id } = made.body as { id: string }
    const put = { ...keyed, id, api_key_value: secrets[1], status: 'disabled' }
    const answers = [
      made,
      await send(`${url}/${id}`, 'PUT', put),
      await send(`${url}/${id}`, 'GET'),
      await send(url, 'GET'),
      await send(url, 'POST', { ...keyed, api_key_value: `${secrets[2]}\n` }),
      await send(url, 'POST', { ...keyed, url: secrets[2], api_key_value: secrets[2], x: 1 }),
      await sendRaw(url, 'POST', `{"api_key_value": "${secrets[2]}", oops}`),
      await sendRaw(url, 'POST', `"${secrets[2]}`),
    ]
    expect(answers.map(({ status }) => status)).toStrictEqual([201, 201, 200, 200, 400, 400, 400, 400])
    const files = () =>
      readdirSync(folder, { recursive: true, encoding: 'utf8' })
        .map((name) => join(folder, name))
        // The service may have removed it meanwhile.
        .filter((path) => statSync(path, { throwIfNoEntry: false })?.isFile())
        .map((path) => ({ path, bytes: readFileSync(path) }))
    const written = files()
    await service.stop()
    const left = files()
    rmSync(folder, { recursive: true, force: true })

    expect(written.map(({ path }) => path.slice(folder.length + 1))).toEqual(
      expect.arrayContaining(['events.db', 'events.db-wal', 'catalog.db', 'catalog.db-wal']),
    )
    expect(service.log()).toContain('/service/webhooks')
    const texts = [...written, ...left].map(({ bytes }) => bytes.toString('latin1'))
    // The events are there: it is the key that is not.
    expect(texts.some((text) => text.includes('WebhookUpdated') && text.includes('v1.'))).toBe(true)
    const said = answers.map(({ body, headers }) => JSON.stringify([body, [...headers]]))
    for (const secret of secrets) {
      const inBase64 = Buffer.from(secret).toString('base64url')
      for (const text of [...texts, ...said, service.log()]) {
        expect(text.includes(secret) || text.includes(inBase64)).toBe(false)
      }
    }
  })
})

describe.skipIf(!hasSpecification)(`the webhooks of the specification${ifSpecified}`, () => {
  const service = serviceOfSuite(UNDELIVERED)

  it('are registered, changed and read as its examples say', async () => {
    const url = `${service.url}/service/webhooks`
    const read = (name: string) => readExample(name) as Body
    const { id: _, ...shown } = read('webhook-get-200.json')
    const made = await send(url, 'POST', read('webhook-post.json'))
    expect(made.status).toBe(201)
    const { id } = made.body as { id: string }
    // It would be started once events are on their way.
    const wanted = { ...shown, id, status: 'created' }
    expect(made.body).toStrictEqual(wanted)
    const put = await send(`${url}/${id}`, 'PUT', { ...read('webhook-put.json'), id })
    expect(put).toMatchObject({ status: 201, body: wanted })
    expect((await send(url, 'GET')).body).toStrictEqual([wanted])
  })
})
