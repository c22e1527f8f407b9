import { describe, expect, it } from 'vitest'
import { serviceOfSuite } from '../support/running-service.ts'
import { allocate, listSegments, putFlow, send, sendRaw } from '../support/tams-requests.ts'

const tagsPath = (flow: string, object: string, name?: string): string =>
  `/flows/${flow}/segments/${encodeURIComponent(object)}/tags${name === undefined ? '' : `/${encodeURIComponent(name)}`}`

type Tagged = { readonly timerange: string; readonly tags?: unknown }

describe('tags of segments', () => {
  const service = serviceOfSuite()
  const put = (flow: string, object: string, name: string, value: unknown) =>
    send(`${service.url}${tagsPath(flow, object, name)}`, 'PUT', value)
  const get = (flow: string, object: string, name?: string) =>
    send(`${service.url}${tagsPath(flow, object, name)}`, 'GET')
  const remove = (flow: string, object: string, name: string) =>
    send(`${service.url}${tagsPath(flow, object, name)}`, 'DELETE')

  /** A flow of one-second segments, each of an object of its own. @returns it, and the objects in order */
  async function flowOf(count: number): Promise<readonly [string, readonly string[]]> {
    const flow = await putFlow(service.url)
    const ids = (await allocate(service.url, flow, count)).map(({ object_id }) => object_id)
    const segments = ids.map((object_id, at) => ({ object_id, timerange: `[${at}:0_${at + 1}:0)` }))
    expect((await send(`${service.url}/flows/${flow}/segments`, 'POST', segments)).status).toBe(201)
    return [flow, ids]
  }

  const startsOf = async (flow: string, query: string) =>
    (await listSegments(service.url, flow, query)).map(({ timerange }) => Number(/\d+/.exec(timerange)?.[0]))

  it('are set, read and removed one by one, whatever their names', async () => {
    const [flow, [object = '']] = await flowOf(1)
    expect(await get(flow, object)).toMatchObject({ status: 200, body: {} })
    expect((await put(flow, object, 'scene', 'goal')).status).toBe(204)
    expect((await put(flow, object, 'a/b.%ü', ['1', '2'])).status).toBe(204)
    expect((await put(flow, object, '__proto__', [])).status).toBe(400)
    expect((await put(flow, object, 'scene', 'corner')).status).toBe(204)
    expect(JSON.stringify((await get(flow, object)).body)).toBe('{"a/b.%ü":["1","2"],"scene":"corner"}')
    expect(await get(flow, object, 'a/b.%ü')).toMatchObject({ status: 200, body: ['1', '2'] })
    expect((await remove(flow, object, 'scene')).status).toBe(204)
    expect((await remove(flow, object, 'scene')).status).toBe(404)
    expect((await get(flow, object, 'scene')).status).toBe(404)
    expect((await get(flow, object)).body).toEqual({ 'a/b.%ü': ['1', '2'] })
  })

  it('belong to all segments of an object in a flow, and to no other flow’s', async () => {
    const [flow, [object = '', other = '']] = await flowOf(2)
    const another = await putFlow(service.url)
    const again = { object_id: object, timerange: '[10:0_11:0)', ts_offset: '10:0' }
    for (const each of [flow, another]) await send(`${service.url}/flows/${each}/segments`, 'POST', again)
    await put(flow, object, 'scene', 'goal')

    const tags = async (id: string) =>
      (await listSegments(service.url, id)).map((segment) => (segment as Tagged).tags)
    expect(await tags(flow)).toEqual([{ scene: 'goal' }, undefined, { scene: 'goal' }])
    expect(await tags(another)).toEqual([undefined])
    expect(await get(another, object)).toMatchObject({ status: 200, body: {} })
    expect((await get(flow, other)).body).toEqual({})
  })

  it('choose segments: by value, by whether they are there, all at once', async () => {
    const [flow, ids] = await flowOf(8)
    for (const [at, id] of ids.entries()) {
      if (at % 2 === 0) await put(flow, id, 'scene', at % 4 === 0 ? 'goal' : ['corner', 'replay'])
      if (at > 4) await put(flow, id, 'half', '2')
    }
    expect(await startsOf(flow, '?tag.scene=goal')).toEqual([0, 4])
    expect(await startsOf(flow, '?tag.scene=replay')).toEqual([2, 6])
    expect(await startsOf(flow, '?tag.scene=goal,corner&limit=1')).toEqual([0, 2, 4, 6])
    expect(await startsOf(flow, '?tag.scene=goal,corner&limit=3&reverse_order=true')).toEqual([6, 4, 2, 0])
    expect(await startsOf(flow, '?tag_exists.scene=true&timerange=[1:0_5:0)')).toEqual([2, 4])
    expect(await startsOf(flow, '?tag_exists.scene=false')).toEqual([1, 3, 5, 7])
    expect(await startsOf(flow, '?tag_exists.scene=false&tag.half=2')).toEqual([5, 7])
    expect(await startsOf(flow, '?tag.scene=corner&tag_exists.half=true')).toEqual([6])
    expect(await startsOf(flow, `?tag.scene=goal&object_id=${ids[4]}`)).toEqual([4])
    expect(await startsOf(flow, '?tag.scene=')).toEqual([])
    expect(await startsOf(flow, '?tag.scene=Goal')).toEqual([])
    expect((await send(`${service.url}/flows/${flow}/segments?tag_exists.scene=perhaps`, 'GET')).status).toBe(
      400,
    )
  })

  it('go with the last segment of their object', async () => {
    const [flow, [object = '', other = '']] = await flowOf(2)
    const segments = `${service.url}/flows/${flow}/segments`
    const again = { object_id: object, timerange: '[10:0_11:0)', ts_offset: '10:0' }
    await send(segments, 'POST', again)
    // Another flow keeps the object.
    const copy = await putFlow(service.url)
    await send(`${service.url}/flows/${copy}/segments`, 'POST', again)
    await put(flow, object, 'scene', 'goal')
    await put(flow, other, 'scene', 'goal')
    await send(`${segments}?timerange=[10:0_11:0)`, 'DELETE')
    expect((await get(flow, object)).body).toEqual({ scene: 'goal' })
    await send(`${segments}?object_id=${object}`, 'DELETE')
    expect((await get(flow, object)).status).toBe(404)
    await send(segments, 'POST', again)
    expect((await get(flow, object)).body).toEqual({})
    expect((await get(flow, other)).body).toEqual({ scene: 'goal' })
  })

  it('count as a change of the segments, not of the flow', async () => {
    const [flow, [object = '']] = await flowOf(1)
    const read = async () =>
      (await send(`${service.url}/flows/${flow}`, 'GET')).body as Record<string, string>
    const before = await read()
    await put(flow, object, 'scene', 'goal')
    const after = await read()
    expect(after['metadata_version']).toBe(before['metadata_version'])
    expect(Date.parse(after['segments_updated']!)).toBeGreaterThanOrEqual(
      Date.parse(before['segments_updated']!),
    )
  })

  it('are refused where there is nothing to tag', async () => {
    const [flow, [object = '']] = await flowOf(1)
    const nobody = '0d7b4f2e-6f0a-4d53-9a53-3f2f1c6f7f10'
    for (const [id, used] of [
      [flow, 'none'],
      [nobody, object],
      ['nonsense', object],
    ] as const) {
      expect((await put(id, used, 'scene', 'goal')).status).toBe(404)
      expect((await get(id, used)).status).toBe(404)
      expect((await get(id, used, 'scene')).status).toBe(404)
      expect((await remove(id, used, 'scene')).status).toBe(404)
    }
  })

  it('are refused where the flow is read-only', async () => {
    const [flow, [object = '']] = await flowOf(1)
    await put(flow, object, 'scene', 'goal')
    const { body } = await send(`${service.url}/flows/${flow}`, 'GET')
    await send(`${service.url}/flows/${flow}`, 'PUT', { ...(body as object), read_only: true })
    expect((await put(flow, object, 'scene', 'corner')).status).toBe(403)
    expect((await remove(flow, object, 'scene')).status).toBe(403)
    expect((await get(flow, object)).body).toEqual({ scene: 'goal' })
  })

  it.each([
    ['a number', '7'],
    ['an object', '{}'],
    ['a list of numbers', '[1]'],
    ['nothing', ''],
    ['no JSON', 'goal'],
    ['a very long text', JSON.stringify('x'.repeat(20_000))],
  ])('are refused with %s for a value', async (_, body) => {
    const [flow, [object = '']] = await flowOf(1)
    expect((await sendRaw(`${service.url}${tagsPath(flow, object, 'scene')}`, 'PUT', body)).status).toBe(400)
  })

  it('are not more than a resource may have', async () => {
    const [flow, [object = '']] = await flowOf(1)
    for (const name of ['a', 'b', 'c']) {
      expect((await put(flow, object, name, 'x'.repeat(16_384))).status).toBe(204)
    }
    expect(await put(flow, object, 'd', 'x'.repeat(16_384))).toMatchObject({
      status: 400,
      body: { type: 'segment_tags_exceeded' },
    })
  })
})
