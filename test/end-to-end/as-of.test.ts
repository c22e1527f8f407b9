import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { serviceOfSuite } from '../support/running-service.ts'
import { allocate, type ListedSegment, listSegments, send, videoFlow } from '../support/tams-requests.ts'

const service = serviceOfSuite({ WEBHOOKS_ENABLED: 'false' })

/** A position right after what was just done. */
const positionOf = ({ headers }: { readonly headers: Headers }): number =>
  Number(headers.get('framelog-position'))

/** A flow with three segments that was relabelled, then lost the second of them, then was deleted. */
async function deletedFlow() {
  const flow = videoFlow({ label: 'first' })
  const url = `${service.url}/flows/${flow.id}`
  const put = await send(url, 'PUT', flow)
  const objects = (await allocate(service.url, flow.id, 3)).map(({ object_id }) => object_id)
  const segments = objects.map((object_id, at) => ({ object_id, timerange: `[${at}:0_${at + 1}:0)` }))
  const registered = await send(`${url}/segments`, 'POST', segments)
  await send(url, 'PUT', { ...flow, label: 'second' })
  const trimmed = await send(`${url}/segments?timerange=[1:0_2:0)`, 'DELETE')
  const deleted = await send(url, 'DELETE')
  const positions = {
    put: positionOf(put),
    registered: positionOf(registered),
    trimmed: positionOf(trimmed),
    deleted: positionOf(deleted),
  }
  return { flow, url, objects, segments, positions }
}

const places = (segments: readonly ListedSegment[]) => segments.map(({ timerange }) => timerange)

describe('reading as of a position', () => {
  it('gives a flow as it was, though it is deleted', async () => {
    const { flow, url, positions } = await deletedFlow()
    const then = await send(`${url}?as_of=${positions.registered}&include_timerange=true`, 'GET')
    expect(then).toMatchObject({
      status: 200,
      body: { id: flow.id, label: 'first', timerange: '[0:0_3:0)', segments_updated: expect.any(String) },
    })
    expect(positionOf(then)).toBe(positions.registered)
    expect(await send(`${url}?as_of=${positions.trimmed}`, 'GET')).toMatchObject({
      body: { label: 'second' },
    })
    expect((await send(`${url}?as_of=0`, 'GET')).status).toBe(404)
    expect((await send(`${url}?as_of=${positions.put - 3}`, 'GET')).status).toBe(404)
    expect((await send(`${url}?as_of=${positions.deleted}`, 'GET')).status).toBe(404)
  })

  it('gives its source, and its objects with the flows that used them', async () => {
    const { flow, objects, positions } = await deletedFlow()
    const source = `${service.url}/sources/${flow['source_id']}`
    const object = `${service.url}/objects/${objects[1]}`
    expect(await send(`${source}?as_of=${positions.registered}`, 'GET')).toMatchObject({
      status: 200,
      body: { id: flow['source_id'], label: 'first' },
    })
    expect((await send(`${source}?as_of=${positions.deleted}`, 'GET')).status).toBe(404)
    expect(await send(`${object}?as_of=${positions.registered}`, 'GET')).toMatchObject({
      status: 200,
      body: { referenced_by_flows: [flow.id], timerange: '[1:0_2:0)' },
    })
    // It went with its last segment.
    expect((await send(`${object}?as_of=${positions.trimmed}`, 'GET')).status).toBe(404)
    expect((await send(`${object}?as_of=${positions.put}`, 'GET')).status).toBe(404)
  })

  it('gives the collections of a source, whichever of the flows changed last', async () => {
    const member = videoFlow()
    const collector = videoFlow({ flow_collection: [{ id: member.id, role: 'video' }] })
    const source = `${service.url}/sources/${member['source_id']}`
    await send(`${service.url}/flows/${member.id}`, 'PUT', member)
    await send(`${service.url}/flows/${collector.id}`, 'PUT', collector)
    const relabelled = await send(`${source}/label`, 'PUT', 'camera')
    const updated = await send(`${service.url}/flows/${member.id}`, 'PUT', { ...member, label: 'hd' })
    await send(`${service.url}/flows/${collector.id}`, 'DELETE')
    for (const answer of [relabelled, updated]) {
      expect(await send(`${source}?as_of=${positionOf(answer)}`, 'GET')).toMatchObject({
        body: { label: 'camera', collected_by: [collector['source_id']] },
      })
    }
  })

  it('gives the segments that were there, page by page in both directions', async () => {
    const { flow, segments, positions } = await deletedFlow()
    const all = segments.map(({ timerange }) => timerange)
    const listed = async (query: string) => places(await listSegments(service.url, flow.id, `?${query}`))
    for (const limit of [1, 2, 1000]) {
      const registered = `limit=${limit}&as_of=${positions.registered}`
      expect(await listed(registered)).toStrictEqual(all)
      expect(await listed(`${registered}&reverse_order=true`)).toStrictEqual(all.toReversed())
      expect(await listed(`limit=${limit}&as_of=${positions.trimmed}`)).toStrictEqual([all[0], all[2]])
    }
    expect(await listed(`as_of=${positions.registered}&timerange=[1:500000000_2:0]`)).toStrictEqual(
      all.slice(1),
    )
    expect(await listed(`as_of=${positions.registered}&object_id=${segments[1]?.object_id}`)).toStrictEqual([
      all[1],
    ])
    expect(await listed(`as_of=${positions.put}`)).toStrictEqual([])
    expect(await listed(`as_of=${positions.deleted}`)).toStrictEqual([])
    expect(await listed('as_of=0')).toStrictEqual([])
  })
})

describe('reading a property as of a position', () => {
  const said = { label: 'first', description: 'wide', max_bit_rate: 8_000, avg_bit_rate: 5_000 }
  const tags = { genre: ['news', 'live'] }

  it('gives what a flow’s was, though the flow is deleted', async () => {
    const members = [videoFlow(), videoFlow()]
    for (const member of members) await send(`${service.url}/flows/${member.id}`, 'PUT', member)
    const flow_collection = members.map(({ id }) => ({ id, role: 'video' }))
    const flow = videoFlow({ ...said, tags, flow_collection })
    const url = `${service.url}/flows/${flow.id}`
    const at = positionOf(await send(url, 'PUT', flow))
    const alone = positionOf(await send(`${service.url}/flows/${members[0]?.id}`, 'DELETE'))
    const read_only = positionOf(await send(`${url}/read_only`, 'PUT', true))
    await send(`${url}/read_only`, 'PUT', false)
    for (const name of ['label', 'description']) await send(`${url}/${name}`, 'DELETE')
    const unset = positionOf(await send(`${url}/tags/genre`, 'DELETE'))
    const deleted = positionOf(await send(url, 'DELETE'))
    const read = (name: string, position: number) => send(`${url}/${name}?as_of=${position}`, 'GET')

    for (const [name, value] of Object.entries({ ...said, tags, flow_collection, read_only: false })) {
      const answer = await read(name, at)
      expect([name, answer.status, answer.body, positionOf(answer)]).toStrictEqual([name, 200, value, at])
      for (const position of [at - 2, deleted]) expect((await read(name, position)).status).toBe(404)
    }
    expect((await read('tags/genre', at)).body).toStrictEqual(tags.genre)
    expect((await read('flow_collection', alone)).body).toStrictEqual(flow_collection.slice(1))
    expect((await read('read_only', read_only)).body).toBe(true)
    expect((await read('tags', unset)).body).toStrictEqual({})
    for (const name of ['label', 'description', 'tags/genre']) {
      expect((await read(name, unset)).status).toBe(404)
    }
  })

  it('gives what a source’s was', async () => {
    const flow = videoFlow()
    const url = `${service.url}/sources/${flow['source_id']}`
    const before = positionOf(await send(`${service.url}/flows/${flow.id}`, 'PUT', flow))
    await send(`${url}/label`, 'PUT', 'camera')
    await send(`${url}/description`, 'PUT', 'wide')
    const at = positionOf(await send(`${url}/tags/genre`, 'PUT', tags.genre))
    await send(`${service.url}/flows/${flow.id}`, 'DELETE')
    const read = (name: string, position: number) => send(`${url}/${name}?as_of=${position}`, 'GET')

    const then = { label: 'camera', description: 'wide', tags, 'tags/genre': tags.genre }
    for (const [name, value] of Object.entries(then)) {
      const answer = await read(name, at)
      expect([name, answer.status, answer.body, positionOf(answer)]).toStrictEqual([name, 200, value, at])
    }
    expect((await read('tags', before)).body).toStrictEqual({})
    for (const name of ['label', 'description', 'tags/genre']) {
      expect((await read(name, before)).status).toBe(404)
    }
    expect((await read('tags', 0)).status).toBe(404)
  })
})

describe('reading what belongs to the service as of a position', () => {
  it('gives a webhook as it was, though it is deleted, and never its key', async () => {
    const webhooks = `${service.url}/service/webhooks`
    const hook = { url: 'http://127.0.0.1:9/', events: ['flows/created'], status: 'disabled' }
    const key = { api_key_name: 'Authorization', api_key_value: 'Bearer abc' }
    const made = await send(webhooks, 'POST', { ...hook, ...key })
    const { id } = made.body as { id: string }
    const url = `${webhooks}/${id}`
    await send(url, 'PUT', { ...hook, id, events: ['flows/deleted'] })
    const deleted = await send(url, 'DELETE')

    expect((await send(url, 'GET')).status).toBe(404)
    const then = await send(`${url}?as_of=${positionOf(made)}`, 'GET')
    expect(then).toMatchObject({ status: 200, body: { ...hook, id, api_key_name: key.api_key_name } })
    expect(then.body).toStrictEqual(made.body)
    expect(JSON.stringify(then.body)).not.toMatch(/abc|sealed|api_key_value/)
    expect(positionOf(then)).toBe(positionOf(made))
    expect((await send(`${url}?as_of=${positionOf(deleted) - 1}`, 'GET')).body).toMatchObject({
      events: ['flows/deleted'],
    })
    for (const position of [positionOf(made) - 1, positionOf(deleted)]) {
      expect((await send(`${url}?as_of=${position}`, 'GET')).status).toBe(404)
    }
  })

  it('gives a profile from when it was made', async () => {
    const { id, source_id: _, ...flow_metadata } = videoFlow()
    const url = `${service.url}/service/profiles/${id}`
    const made = await send(url, 'POST', { id, label: 'House', flow_metadata })
    const at = positionOf(made)
    const now = await send(url, 'GET')
    expect(await send(`${url}?as_of=${at}`, 'GET')).toMatchObject({ status: 200, body: now.body })
    expect((await send(`${url}?as_of=${at - 1}`, 'GET')).status).toBe(404)
  })
})

describe('reading as of a time', () => {
  it('gives what was there at that time, and goes on with the position it stood for', async () => {
    const { flow, url, segments, positions } = await deletedFlow()
    const [, updated] = (await send(`${url}/history`, 'GET')).body as { time: string; position: number }[]
    const before = new Date(Date.parse(updated?.time ?? '') - 1).toISOString()
    const at = await send(`${url}/segments?limit=1&as_of=${before}`, 'GET')
    const position = positionOf(at)
    const next = new URL(at.headers.get('link')?.match(/<(.+)>;/)?.[1] ?? '')

    expect(at.body).toMatchObject([{ timerange: segments[0]?.timerange }])
    expect(position).toBeLessThan(updated?.position ?? 0)
    expect(position).toBeGreaterThanOrEqual(positions.registered)
    expect(next.searchParams.get('as_of')).toBe(String(position))
    expect((await send(next.href, 'GET')).body).toMatchObject([{ timerange: segments[1]?.timerange }])
    expect(await send(`${url}?as_of=${before}`, 'GET')).toMatchObject({ body: { label: 'first' } })
    const zoned = encodeURIComponent(before.replace('Z', '+00:00'))
    expect(await send(`${url}?as_of=${zoned}`, 'GET')).toMatchObject({ body: { label: 'first' } })
    expect((await send(`${service.url}/flows/${flow.id}?as_of=2999-01-01T00:00:00Z`, 'GET')).status).toBe(404)
  })

  it('finds nothing before the first event', async () => {
    const { url } = await deletedFlow()
    expect((await send(`${url}?as_of=1999-01-01T00:00:00Z`, 'GET')).status).toBe(404)
    expect((await send(`${url}/segments?as_of=1999-01-01T00:00:00Z`, 'GET')).body).toStrictEqual([])
  })
})

describe('what cannot be a point in the log', () => {
  const paths = (id: string) => [
    `/flows/${id}`,
    `/flows/${id}/segments`,
    `/flows/${id}/label`,
    `/sources/${id}`,
    `/sources/${id}/tags`,
    `/objects/${id}`,
    `/service/profiles/${id}`,
    `/service/webhooks/${id}`,
  ]
  const wrong = ['-1', '99999999999999999', '999999999999', 'yesterday', '', '1.5', '2026-02-30T00:00:00Z']

  it.each(paths(randomUUID()).flatMap((path) => wrong.map((as_of) => [path, as_of])))(
    '%s?as_of=%s is refused',
    async (path, as_of) => {
      expect(await send(`${service.url}${path}?as_of=${as_of}`, 'GET')).toMatchObject({
        status: 400,
        body: { type: 'bad_request', summary: expect.stringContaining('as_of') },
      })
    },
  )

  it('is told what can', async () => {
    const { body } = await send(`${service.url}/flows/${randomUUID()}?as_of=yesterday`, 'GET')
    expect(body).toMatchObject({
      summary: 'as_of: must be a position of the log, or a time such as 2026-11-21T03:30:00Z',
    })
  })

  it('nor can an object be asked about its past by the tags of flows', async () => {
    const { objects } = await deletedFlow()
    const answer = await send(`${service.url}/objects/${objects[0]}?as_of=1&flow_tag.a=b`, 'GET')
    expect(answer).toMatchObject({ status: 400, body: { summary: expect.stringContaining('flow_tag') } })
  })
})
