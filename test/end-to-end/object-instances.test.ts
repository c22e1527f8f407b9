import { randomUUID } from 'node:crypto'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import type { DomainEvent } from '../../contracts/events/domain-event.ts'
import { streamName } from '../../contracts/events/stream-name.ts'
import { openSqliteEventLog } from '../../services/adapters/event-log/sqlite/open-sqlite-event-log.ts'
import { commandContext } from '../../services/commands/event-context.ts'
import { serviceOfSuite, startService, temporaryFolder } from '../support/running-service.ts'
import { allocate, putFlow, send } from '../support/tams-requests.ts'

const pathOf = (object_id: string): string => `/objects/${encodeURIComponent(object_id)}`

type Urls = readonly { readonly url: string; readonly label?: string; readonly controlled?: boolean }[]

async function urlsOf(url: string, object_id: string, query = ''): Promise<Urls> {
  const { body } = await send(`${url}${pathOf(object_id)}${query}`, 'GET')
  return (body as { get_urls: Urls }).get_urls
}

const labelsOf = async (url: string, object_id: string) =>
  (await urlsOf(url, object_id)).map(({ label }) => label)

/** An object in use. @returns its id */
async function objectInUse(url: string, object_id: string = randomUUID()): Promise<string> {
  const flow = await putFlow(url)
  await send(`${url}/flows/${flow}/storage`, 'POST', { object_ids: [object_id] })
  const { status } = await send(`${url}/flows/${flow}/segments`, 'POST', {
    object_id,
    timerange: '[0:0_1:0)',
  })
  expect(status).toBe(201)
  return object_id
}

/** An object that is kept elsewhere only. @returns its id */
async function objectElsewhere(url: string): Promise<string> {
  const id = `elsewhere/${randomUUID()}`
  const body = { id, timerange: '[0:0_1:0)', get_urls: [{ label: 'web', url: 'https://a.test/' }] }
  expect((await send(`${url}/objects`, 'POST', body)).status).toBe(201)
  return id
}

async function localStorageId(url: string): Promise<string> {
  const { body } = await send(`${url}/service/storage-backends`, 'GET')
  return (body as { id: string }[])[0]!.id
}

describe('the instances of an object', () => {
  const service = serviceOfSuite()
  const post = (object_id: string, body: unknown) =>
    send(`${service.url}${pathOf(object_id)}/instances`, 'POST', body)
  const remove = (object_id: string, query: string) =>
    send(`${service.url}${pathOf(object_id)}/instances${query}`, 'DELETE')

  it('may be URLs elsewhere, which every answer lists until they are removed', async () => {
    const id = await objectInUse(service.url, `a/${randomUUID()} ü`)
    const mirror = { url: 'https://mirror.test/a', label: 'mirror' }

    expect(await post(id, mirror)).toMatchObject({ status: 201, body: undefined })
    expect((await post(id, mirror)).status).toBe(201)
    expect(await urlsOf(service.url, id, '?accept_get_urls=mirror')).toEqual([mirror])
    expect(await labelsOf(service.url, id)).toEqual(['local', 'mirror'])

    expect((await remove(id, '?label=mirror')).status).toBe(204)
    expect(await labelsOf(service.url, id)).toEqual(['local'])
    expect((await post(id, { ...mirror, url: 'https://mirror.test/b' })).status).toBe(201)
  })

  it('may all go but the last', async () => {
    const id = await objectInUse(service.url)
    expect(await remove(id, '?label=local')).toMatchObject({
      status: 400,
      body: { type: 'instance_is_last' },
    })
    await post(id, { url: 'https://a.test/', label: 'web' })

    expect((await remove(id, '?label=local')).status).toBe(204)
    expect(await labelsOf(service.url, id)).toEqual(['web'])
    expect(await remove(id, '?label=web')).toMatchObject({ status: 400, body: { type: 'instance_is_last' } })
    expect((await send(`${service.url}${pathOf(id)}`, 'GET')).status).toBe(200)
  })

  it('are gone from storage as well', async () => {
    const flow = await putFlow(service.url)
    const [object] = await allocate(service.url, flow, 1)
    const { object_id, put_url } = object!
    const headers = { 'content-type': put_url['content-type'] }
    await fetch(put_url.url, { method: 'PUT', headers, body: 'media' })
    await send(`${service.url}/flows/${flow}/segments`, 'POST', { object_id, timerange: '[0:0_1:0)' })
    await post(object_id, { url: 'https://a.test/', label: 'web' })
    const [local] = await urlsOf(service.url, object_id)
    expect((await fetch(local!.url)).status).toBe(200)

    await remove(object_id, `?storage_id=${await localStorageId(service.url)}`)

    await expect.poll(async () => (await fetch(local!.url)).status).toBe(404)
    expect(await labelsOf(service.url, object_id)).toEqual(['web'])
  })

  it('may be copies, asked for once, and not listed before they are complete', async () => {
    const id = await objectElsewhere(service.url)
    const storage_id = await localStorageId(service.url)

    expect((await post(id, { storage_id })).status).toBe(201)
    expect(await labelsOf(service.url, id)).toEqual(['web'])
    expect(await post(id, { storage_id })).toMatchObject({ status: 400, body: { type: 'instance_exists' } })
    expect(await remove(id, '?label=web')).toMatchObject({ status: 400, body: { type: 'instance_is_last' } })
    expect((await remove(id, `?storage_id=${storage_id}`)).status).toBe(204)
    expect((await post(id, { storage_id })).status).toBe(201)
  })

  it.each([
    ['nothing', {}],
    ['both forms', { storage_id: randomUUID(), url: 'https://a.test/', label: 'a' }],
    ['a URL without a label', { url: 'https://a.test/' }],
    ['a label without a URL', { label: 'a' }],
    ['a URL of no media', { url: 'file:///etc/passwd', label: 'a' }],
    ['an empty label', { url: 'https://a.test/', label: '' }],
    ['a backend that is none', { storage_id: 'nonsense' }],
    ['a backend nobody has', { storage_id: randomUUID() }],
    ['the label of a backend', { url: 'https://a.test/', label: 'local' }],
  ])('are refused for a body with %s', async (_, body) => {
    const id = await objectInUse(service.url)
    expect(await post(id, body)).toMatchObject({ status: 400, body: { summary: expect.any(String) } })
    expect(await labelsOf(service.url, id)).toEqual(['local'])
  })

  it('are refused where they are there, or their label stands for another', async () => {
    const id = await objectInUse(service.url)
    await post(id, { url: 'https://a.test/', label: 'web' })
    expect(await post(id, { storage_id: await localStorageId(service.url) })).toMatchObject({ status: 400 })
    expect(await post(id, { url: 'https://b.test/', label: 'web' })).toMatchObject({
      status: 400,
      body: { type: 'object_label_taken' },
    })
  })

  it.each([
    ['neither', ''],
    ['both', `?storage_id=${randomUUID()}&label=local`],
    ['an unknown label', '?label=none'],
    ['an unknown backend', `?storage_id=${randomUUID()}`],
    ['a backend that is none', '?storage_id=nonsense'],
    ['another parameter', '?url=https://a.test/'],
  ])('are not removed by %s', async (_, query) => {
    const id = await objectInUse(service.url)
    expect((await remove(id, query)).status).toBe(400)
    expect(await labelsOf(service.url, id)).toEqual(['local'])
  })

  it('are nobody’s where the object is not known, or only allocated', async () => {
    const flow = await putFlow(service.url)
    const [allocated] = await allocate(service.url, flow, 1)
    for (const id of ['nobody/knows', allocated!.object_id]) {
      expect((await post(id, { url: 'https://a.test/', label: 'web' })).status).toBe(404)
      expect((await post(id, { url: 'https://a.test/', label: 'local' })).status).toBe(404)
      expect((await post(id, { storage_id: await localStorageId(service.url) })).status).toBe(404)
      expect((await remove(id, '?label=local')).status).toBe(404)
    }
  })
})

describe('a copy that is complete', () => {
  const folder = temporaryFolder()
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  it('is listed with the others, the preferred backend first', async () => {
    let service = await startService(folder)
    const id = await objectElsewhere(service.url)
    const storage_id = await localStorageId(service.url)
    await send(`${service.url}${pathOf(id)}/instances`, 'POST', { storage_id })
    await service.stop()
    const log = openSqliteEventLog({ path: join(folder, 'events.db') })
    const stream = streamName.object(id)
    const asked = (await log.readStream(stream, 0, 10)).find(({ type }) => type === 'InstanceRequested')
    const stored = { type: 'InstanceStored', data: asked?.data } as DomainEvent
    await log.append(commandContext('copy', null), [{ stream, expectedRevision: 'any', events: [stored] }])
    await log.close()

    service = await startService(folder)

    expect(await labelsOf(service.url, id)).toEqual(['local', 'web'])
    const instances = `${service.url}${pathOf(id)}/instances`
    expect((await send(`${instances}?label=web`, 'DELETE')).status).toBe(204)
    expect(await labelsOf(service.url, id)).toEqual(['local'])
    expect((await send(`${instances}?label=local`, 'DELETE')).status).toBe(400)
    await service.stop()
  })
})
