import { randomUUID } from 'node:crypto'
import { rmSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { DeletionRequest } from '../../contracts/resources/deletion-request.ts'
import { type RunningService, startService, temporaryFolder } from '../support/running-service.ts'
import { allocate, fillFlow, putFlow, send, videoFlow } from '../support/tams-requests.ts'

const DAY = 24 * 3600

type Library = {
  readonly flow_id: string
  readonly source_id: string
  readonly programme_id: string
  readonly object_id: string
}

/** A flow with tagged segments, whose source was edited, in the collection of another and with one of its own. */
async function library(url: string): Promise<Library> {
  const ids = { flow_id: randomUUID(), source_id: randomUUID(), programme_id: randomUUID() }
  const [sub, source] = [await putFlow(url), `${url}/sources/${ids.source_id}`]
  const flow_collection = [{ id: sub, role: 'proxy' }]
  await putFlow(url, {
    id: ids.flow_id,
    source_id: ids.source_id,
    label: 'Camera 1',
    tags: { genre: ['news', 'live'] },
    created_by: 'ada',
    metadata_version: 'mine',
    flow_collection,
  })
  await putFlow(url, {
    id: ids.programme_id,
    format: 'urn:x-nmos:format:multi',
    codec: undefined,
    container: undefined,
    essence_parameters: undefined,
    flow_collection: [{ id: sub }, { id: ids.flow_id, role: 'video' }, { id: sub, role: 'again' }],
  })
  await send(`${source}/description`, 'PUT', 'by the window')
  await send(`${source}/tags/site`, 'PUT', 'London')
  const [object_id] = await fillFlow(url, ids.flow_id, 5)
  await send(`${url}/flows/${ids.flow_id}/segments/${object_id}/tags/scene`, 'PUT', 'goal')
  await send(`${url}/flows/${ids.flow_id}/label`, 'PUT', 'Camera 2')
  return { ...ids, object_id: object_id! }
}

/** Everything reads tell of it, whole. */
async function told(url: string, { flow_id, source_id, programme_id, object_id }: Library) {
  const paths = [
    `/flows/${flow_id}?include_timerange=true`,
    `/sources/${source_id}`,
    `/flows/${programme_id}`,
    `/flows/${flow_id}/segments`,
    `/flows/${flow_id}/segments/${object_id}/tags`,
    `/objects/${object_id}`,
    '/flows?sort_by=created',
    '/flows?sort_by=metadata_updated&reverse_order=true',
    `/flows?label=Camera%202`,
    '/flows?tag.genre=live',
    `/flows?collected_by_ids=${programme_id}`,
    `/flows?timerange=[3:0_4:0)`,
    '/sources',
    '/sources?tag_exists.site=true',
  ]
  const answers: Record<string, unknown> = {}
  for (const path of paths) {
    const { status, body } = await send(url + path, 'GET')
    // URLs that are signed anew each time.
    const text = JSON.stringify(body).replaceAll(/http:[^"]+\/media\/[^"]+/g, 'url')
    answers[path] = { status, body: JSON.parse(text) }
  }
  return answers
}

describe('a flow that was deleted, and can be had back for a day', () => {
  const folder = temporaryFolder()
  let service: RunningService
  const start = async () => {
    service = await startService(folder, { MEDIA_DELETE_GRACE: String(DAY), DELETE_WAIT_MS: '60000' })
  }
  beforeAll(start)
  afterAll(async () => {
    await service.stop()
    rmSync(folder, { recursive: true, force: true })
  })
  const at = (path: string) => service.url + path
  const restore = (id: string) => send(at(`/flows/${id}/restore`), 'POST')

  it('is gone at once, and back as it was, also after the service was killed in between', async () => {
    const all = await library(service.url)
    const flow = at(`/flows/${all.flow_id}`)
    const before = await told(service.url, all)

    const deleted = await send(flow, 'DELETE')

    expect(deleted.status).toBe(202)
    const request = deleted.body as DeletionRequest
    const heldMs = Date.parse(request.held_until!) - Date.parse(request.created!)
    expect(request).toMatchObject({ flow_id: all.flow_id, delete_flow: true, status: 'created' })
    expect(heldMs).toBe(DAY * 1000)
    const position = deleted.headers.get('framelog-position')
    const meanwhile = await told(service.url, all)
    const statuses = Object.values(meanwhile).map((answer) => (answer as { status: number }).status)
    expect(statuses.slice(0, 2)).toStrictEqual([404, 404])
    expect(JSON.stringify(meanwhile)).not.toContain(`"id":"${all.flow_id}"`)
    expect(meanwhile[`/objects/${all.object_id}`]).toMatchObject({ body: { referenced_by_flows: [] } })
    expect(meanwhile[`/flows/${all.flow_id}/segments`]).toMatchObject({ body: [] })

    await service.kill()
    await start()
    const restored = await restore(all.flow_id)

    expect(restored.status).toBe(200)
    const after = await told(service.url, all)
    expect(after).toStrictEqual(before)
    expect(restored.body).toStrictEqual((await send(at(`/flows/${all.flow_id}`), 'GET')).body)
    const asOf = (path: string) => send(at(`/flows/${all.flow_id}${path}?as_of=${position}`), 'GET')
    expect((await asOf('')).status).toBe(404)
    expect((await asOf('/segments')).body).toStrictEqual([])
    const asOfNow = restored.headers.get('framelog-position')
    const then = await send(at(`/flows/${all.flow_id}?as_of=${asOfNow}`), 'GET')
    expect(then.body).toStrictEqual(restored.body)
    const source = await send(at(`/sources/${all.source_id}?as_of=${asOfNow}`), 'GET')
    expect(source.body).toStrictEqual((before[`/sources/${all.source_id}`] as { body: unknown }).body)
  })

  it('has a history that tells of it, and its deletion request says why it was not carried out', async () => {
    const flow_id = await putFlow(service.url)
    const flow = at(`/flows/${flow_id}`)
    const { headers } = await send(flow, 'DELETE')
    const { body } = await restore(flow_id)
    const { source_id } = body as { source_id: string }
    await send(`${flow}/label`, 'PUT', 'after')

    const history = (await send(`${flow}/history`, 'GET')).body as { type: string; changes?: unknown }[]
    expect(history.map(({ type }) => type)).toStrictEqual(['created', 'deleted', 'restored', 'updated'])
    expect(history.at(-1)?.changes).toStrictEqual([{ path: '/label', after: 'after' }])
    const ofSource = (await send(at(`/sources/${source_id}/history`), 'GET')).body as { type: string }[]
    expect(ofSource.map(({ type }) => type)).toStrictEqual([
      'created',
      'flow_attached',
      'flow_detached',
      'deleted',
      'restored',
      'flow_attached',
    ])
    const request = (await send(headers.get('location')!, 'GET')).body as DeletionRequest
    expect(request).toMatchObject({ status: 'error', error: { type: 'deletion_cancelled' } })
    expect(request).not.toHaveProperty('held_until')
    expect(request.expiry).toEqual(expect.any(String))
    expect(await restore(flow_id)).toMatchObject({ status: 409, body: { type: 'flow_not_deleted' } })
  })

  it('comes back with the source that was deleted with all its flows', async () => {
    const source_id = randomUUID()
    const [one, two] = [await putFlow(service.url, { source_id }), await putFlow(service.url, { source_id })]
    const source = at(`/sources/${source_id}`)
    const before = (await send(source, 'GET')).body
    expect((await send(`${source}?cascade=true`, 'DELETE')).status).toBe(202)
    expect((await send(source, 'GET')).status).toBe(404)
    expect((await restore(one)).status).toBe(200)
    expect((await send(source, 'GET')).body).toStrictEqual(before)
    expect((await send(at(`/flows?source_id=${source_id}`), 'GET')).body).toHaveLength(1)
    expect((await restore(two)).status).toBe(200)
    expect((await send(at(`/flows?source_id=${source_id}`), 'GET')).body).toHaveLength(2)
  })

  it('takes media again, in its old place and in new ones', async () => {
    const flow_id = await putFlow(service.url)
    const [used] = await fillFlow(service.url, flow_id, 1)
    await send(at(`/flows/${flow_id}`), 'DELETE')
    await restore(flow_id)
    const [fresh] = await allocate(service.url, flow_id, 1)
    const register = (object_id: string, timerange: string) =>
      send(at(`/flows/${flow_id}/segments`), 'POST', { object_id, timerange })
    expect((await register(fresh!.object_id, '[0:0_1:0)')).status).toBe(400)
    expect((await register(fresh!.object_id, '[1:0_2:0)')).status).toBe(201)
    const segments = (await send(at(`/flows/${flow_id}/segments`), 'GET')).body as { object_id: string }[]
    expect(segments.map(({ object_id }) => object_id)).toStrictEqual([used, fresh!.object_id])
  })

  it('keeps its id until it is let go, and then frees it', async () => {
    const flow_id = await putFlow(service.url)
    await fillFlow(service.url, flow_id, 2)
    await send(at(`/flows/${flow_id}`), 'DELETE')
    const put = () => send(at(`/flows/${flow_id}`), 'PUT', videoFlow({ id: flow_id }))
    const refused = await put()
    expect(refused).toMatchObject({ status: 400, body: { type: 'flow_being_deleted' } })
    expect((refused.body as { summary: string }).summary).toMatch(/kept until \d{4}-.*restore it/)
    expect((await send(at(`/flows/${flow_id}`), 'DELETE')).status).toBe(404)

    const ask = { flow_id, delete_flow: true, held: false }
    const let_go = await send(at('/flow-delete-requests'), 'POST', ask)
    expect(let_go.status).toBe(202)
    expect(let_go.body).not.toHaveProperty('held_until')
    expect(await restore(flow_id)).toMatchObject({ status: 409, body: { type: 'flow_gone' } })
    await expect.poll(async () => (await put()).status).toBe(201)
    expect((await send(at(`/flows/${flow_id}/segments`), 'GET')).body).toStrictEqual([])
  })

  it('is not what an unknown or malformed id is', async () => {
    expect(await restore(randomUUID())).toMatchObject({ status: 404, body: { type: 'flow_not_found' } })
    expect((await restore('nonsense')).status).toBe(404)
    const held = { flow_id: randomUUID(), held: false }
    expect((await send(at('/flow-delete-requests'), 'POST', held)).status).toBe(400)
  })
})

describe('a flow that was deleted, and can be had back for a second', () => {
  const folder = temporaryFolder()
  let service: RunningService
  beforeAll(async () => {
    service = await startService(folder, { MEDIA_DELETE_GRACE: '1' })
  })
  afterAll(async () => {
    await service.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  it('is gone for good after that', async () => {
    const flow_id = await putFlow(service.url)
    await fillFlow(service.url, flow_id, 3)
    const { status, headers } = await send(`${service.url}/flows/${flow_id}`, 'DELETE')
    expect(status).toBe(202)
    const location = headers.get('location')!
    const statusNow = async () => ((await send(location, 'GET')).body as DeletionRequest).status
    await expect.poll(statusNow).toBe('done')
    const { body, ...answer } = await send(`${service.url}/flows/${flow_id}/restore`, 'POST')
    expect([answer.status, (body as { type: string }).type]).toStrictEqual([409, 'flow_gone'])
    expect((await send(`${service.url}/flows/${flow_id}`, 'PUT', videoFlow({ id: flow_id }))).status).toBe(
      201,
    )
  })
})

describe('a flow that was deleted where nothing is held back', () => {
  const folder = temporaryFolder()
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  it('cannot be had back', async () => {
    const service = await startService(folder)
    const flow_id = await putFlow(service.url)
    expect((await send(`${service.url}/flows/${flow_id}`, 'DELETE')).status).toBe(204)
    const { status, body } = await send(`${service.url}/flows/${flow_id}/restore`, 'POST')
    expect([status, body]).toMatchObject([409, { type: 'flow_gone' }])
    await service.stop()
  })
})
