import { randomUUID } from 'node:crypto'
import { readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { streamName } from '../../contracts/events/stream-name.ts'
import { openSqliteEventLog } from '../../services/adapters/event-log/sqlite/open-sqlite-event-log.ts'
import { commandContext } from '../../services/commands/event-context.ts'
import { serviceOfSuite, startService, temporaryFolder } from '../support/running-service.ts'
import { allocate, listSegments, putFlow, send } from '../support/tams-requests.ts'

const pathOf = (object_id: string): string => `/objects/${encodeURIComponent(object_id)}`
const web = [{ url: 'https://a.test/1', label: 'web' }]
const fragmented = {
  container: 'video/mp4',
  essence_parameters: {
    frame_width: 1920,
    frame_height: 1080,
    frame_rate: { numerator: 25 },
    init_segments: true,
  },
}

describe('an object that is kept elsewhere', () => {
  const service = serviceOfSuite()
  const register = (body: unknown) => send(`${service.url}/objects`, 'POST', body)
  const segmentsOf = (flow: string) => `${service.url}/flows/${flow}/segments`

  it('is there as soon as it is registered, and any flow may use it', async () => {
    const id = `tapes/${randomUUID()}`
    const object = { id, timerange: '[0:0_10:0)', key_frame_count: 5, get_urls: web }

    const { status, headers, body } = await register(object)

    expect(status).toBe(201)
    expect(headers.get('location')).toBe(pathOf(id))
    expect(body).toEqual({ ...object, referenced_by_flows: [] })
    expect((await send(`${service.url}${headers.get('location')}`, 'GET')).body).toEqual(body)

    const flow = await putFlow(service.url)
    const segment = { object_id: id, timerange: '[100:0_105:0)', ts_offset: '100:0' }
    expect((await send(segmentsOf(flow), 'POST', segment)).status).toBe(201)
    expect(await listSegments(service.url, flow)).toEqual([{ ...segment, key_frame_count: 5, get_urls: web }])
    expect((await send(`${service.url}${pathOf(id)}`, 'GET')).body).toEqual({
      ...object,
      referenced_by_flows: [flow],
      first_referenced_by_flow: flow,
    })
  })

  it('is used as what it was registered as', async () => {
    const id = randomUUID()
    await register({ id, timerange: '[0:0_10:0)', get_urls: web })
    const flow = await putFlow(service.url)
    const use = async (changes: object) =>
      (await send(segmentsOf(flow), 'POST', { object_id: id, timerange: '[0:0_5:0)', ...changes })).status
    expect(await use({ timerange: '[5:0_11:0)' })).toBe(400)
    expect(await use({ object_timerange: '[0:0_20:0)' })).toBe(400)
    expect(await use({ key_frame_count: 1 })).toBe(400)
    expect(await use({ get_urls: [{ url: 'https://b.test/', label: 'web' }] })).toBe(400)
    expect(await use({})).toBe(201)
  })

  it('may need an init object, which is registered first', async () => {
    const [id, init_object_id] = [randomUUID(), randomUUID()]
    const media = { id, timerange: '[0:0_10:0)', get_urls: web, init_object_id }
    expect((await register(media)).status).toBe(400)
    expect(await register({ id: init_object_id, role: 'init', get_urls: web })).toMatchObject({
      status: 201,
      body: { id: init_object_id, referenced_by_flows: [], get_urls: web },
    })
    expect(await register(media)).toMatchObject({
      status: 201,
      body: { id, init_object: { id: init_object_id, get_urls: web } },
    })
    const flow = await putFlow(service.url, fragmented)
    const segment = { object_id: id, timerange: '[0:0_10:0)' }
    expect((await send(segmentsOf(flow), 'POST', segment)).status).toBe(201)

    const remove = async (object_id: string) =>
      (await send(`${service.url}${pathOf(object_id)}`, 'DELETE')).status
    expect(await remove(init_object_id)).toBe(409)
    expect((await send(segmentsOf(flow), 'DELETE')).status).toBe(204)
    // With the last segment both are gone: their ids may be registered again.
    expect(await remove(init_object_id)).toBe(404)
    expect(await remove(id)).toBe(404)
    expect((await register({ id: init_object_id, role: 'init', get_urls: web })).status).toBe(201)
    expect((await register(media)).status).toBe(201)
    expect(await remove(init_object_id)).toBe(409)
    expect(await remove(id)).toBe(204)
    expect(await remove(init_object_id)).toBe(404)
  })

  it.each([
    ['no id', { timerange: '[0:0_1:0)', get_urls: web }],
    ['no URL', { timerange: '[0:0_1:0)', get_urls: [] }],
    ['no URLs at all', { timerange: '[0:0_1:0)' }],
    ['no timerange', { get_urls: web }],
    ['an endless timerange', { timerange: '[0:0_', get_urls: web }],
    ['a timerange of an init object', { role: 'init', timerange: '[0:0_1:0)', get_urls: web }],
    ['key frames of an init object', { role: 'init', key_frame_count: 1, get_urls: web }],
    ['another role', { role: 'poster', get_urls: web }],
    ['an unknown init object', { timerange: '[0:0_1:0)', get_urls: web, init_object_id: 'none' }],
    ['itself as its init object', { id: 'me', init_object_id: 'me', timerange: '[0:0_1:0)', get_urls: web }],
    ['the label of a backend', { timerange: '[0:0_1:0)', get_urls: [{ ...web[0], label: 'local' }] }],
    ['a label twice', { timerange: '[0:0_1:0)', get_urls: [...web, { ...web[0], url: 'https://b.test/' }] }],
  ])('is refused with %s', async (what, body) => {
    const given = what === 'no id' ? body : { id: randomUUID(), ...body }
    expect((await register(given)).status).toBe(400)
  })

  it('is refused under an id that is known', async () => {
    const flow = await putFlow(service.url)
    const [allocated, used] = await allocate(service.url, flow, 2)
    await send(segmentsOf(flow), 'POST', { object_id: used!.object_id, timerange: '[0:0_1:0)' })
    const gone = randomUUID()
    await register({ id: gone, timerange: '[0:0_1:0)', get_urls: web })
    await send(`${service.url}${pathOf(gone)}`, 'DELETE')
    expect((await register({ id: gone, timerange: '[0:0_9:0)', get_urls: web })).status).toBe(201)
    for (const id of [allocated!.object_id, used!.object_id, gone]) {
      expect(await register({ id, timerange: '[0:0_1:0)', get_urls: web })).toMatchObject({
        status: 409,
        body: { type: 'object_known' },
      })
    }
  })
})

/** How many objects a data directory's media store holds. */
const objectsIn = (dataDir: string): number =>
  readdirSync(join(dataDir, 'media'), { recursive: true, encoding: 'utf8' }).filter((path) =>
    path.endsWith('metadata.json'),
  ).length

async function upload(url: string, flow: string): Promise<string> {
  const [object] = await allocate(url, flow, 1)
  const { object_id, put_url } = object!
  const headers = { 'content-type': put_url['content-type'] }
  expect((await fetch(put_url.url, { method: 'PUT', headers, body: 'media' })).status).toBe(200)
  return object_id
}

describe('deleting an object', () => {
  const folder = temporaryFolder()
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  it('is possible where nothing uses it, and its bytes go too', async () => {
    const service = await startService(folder)
    const flow = await putFlow(service.url)
    const [used, allocated] = [await upload(service.url, flow), await upload(service.url, flow)]
    const segments = `${service.url}/flows/${flow}/segments`
    await send(segments, 'POST', { object_id: used, timerange: '[0:0_1:0)' })
    const remove = (id: string) => send(`${service.url}${pathOf(id)}`, 'DELETE')

    expect(await remove(used)).toMatchObject({ status: 409, body: { type: 'object_still_referenced' } })
    expect(await remove('nobody/knows')).toMatchObject({ status: 404 })
    expect((await remove(allocated)).status).toBe(204)
    expect((await remove(allocated)).status).toBe(404)
    await expect.poll(() => objectsIn(folder)).toBe(1)

    await send(segments, 'DELETE')
    expect((await remove(used)).status).toBe(404)
    expect((await send(`${service.url}${pathOf(used)}`, 'GET')).status).toBe(404)
    expect(await send(segments, 'POST', { object_id: used, timerange: '[0:0_1:0)' })).toMatchObject({
      status: 400,
      body: { type: 'object_retired' },
    })
    await expect.poll(() => objectsIn(folder)).toBe(0)
    await service.stop()
  })

  it('is finished at the next start where the process was killed before the bytes went', async () => {
    let service = await startService(folder)
    const flow = await putFlow(service.url)
    const ids = await Promise.all(Array.from({ length: 5 }, () => upload(service.url, flow)))
    expect(objectsIn(folder)).toBe(5)
    await service.kill()
    // What a service has done that dies as soon as it has answered.
    const log = openSqliteEventLog({ path: join(folder, 'events.db') })
    const writes = ids.slice(1).map((object_id) => ({
      stream: streamName.object(object_id),
      expectedRevision: 'any' as const,
      events: [{ type: 'ObjectRetired', data: { object_id } } as const],
    }))
    await log.append(commandContext('test', null), writes)
    await log.close()
    expect(objectsIn(folder)).toBe(5)

    service = await startService(folder)

    await expect.poll(() => objectsIn(folder)).toBe(1)
    await service.stop()
    const after = openSqliteEventLog({ path: join(folder, 'events.db') })
    for (const id of ids.slice(1)) {
      const events = await after.readStream(streamName.object(id), 0, 10)
      expect(events.map(({ type }) => type)).toEqual(['ObjectAllocated', 'ObjectRetired', 'ObjectPurged'])
    }
    await after.close()
  })
})
