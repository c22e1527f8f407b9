import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { AUDIO, DATA, VIDEO } from '../../contracts/resources/content-format.ts'
import { serviceOfSuite } from '../support/running-service.ts'
import { allocate, listSegments, putFlow, send, videoFlow } from '../support/tams-requests.ts'

describe('sources and flows that are written as such', () => {
  const service = serviceOfSuite()
  const sourceUrl = (id: string) => `${service.url}/sources/${id}`
  const statusOf = async (url: string) => (await send(url, 'GET')).status
  const post = (body: unknown) => send(`${service.url}/sources`, 'POST', body)
  const put = (id: string, changes: object = {}) =>
    send(sourceUrl(id), 'PUT', { id, format: VIDEO, ...changes })

  describe('POST /sources', () => {
    it('makes a source, and its id, and says where it is', async () => {
      const said = {
        format: VIDEO,
        label: 'Camera',
        description: 'Wide',
        tags: { a: ['x'] },
        created_by: 'ada',
      }
      const { status, headers, body } = await post({
        ...said,
        created: '1999-01-01T00:00:00Z',
        updated: 'never',
        source_collection: [{ id: randomUUID() }],
        collected_by: [randomUUID()],
      })
      const { id } = body as { id: string }
      expect(status).toBe(201)
      expect(headers.get('location')).toBe(`/sources/${id}`)
      expect(body).toStrictEqual({
        id: expect.stringMatching(/^[0-9a-f-]{36}$/),
        ...said,
        created: expect.stringMatching(/^20/),
        updated: expect.stringMatching(/^20/),
      })
      expect((await send(sourceUrl(id), 'GET')).body).toStrictEqual(body)
      expect((await send(`${service.url}/sources?label=Camera`, 'GET')).body).toMatchObject([{ id }])
    })

    it('takes the id that is given, once', async () => {
      const id = randomUUID()
      expect(await post({ id, format: AUDIO })).toMatchObject({ status: 201, body: { id, format: AUDIO } })
      expect(await post({ id, format: AUDIO })).toMatchObject({
        status: 409,
        body: { type: 'source_exists' },
      })
      const source_id = randomUUID()
      await putFlow(service.url, { source_id })
      expect((await post({ id: source_id, format: VIDEO })).status).toBe(409)
    })

    it.each<[what: string, body: unknown]>([
      ['without a format', {}],
      ['of an unknown format', { format: 'video' }],
      ['with an id that is none', { id: 'camera', format: VIDEO }],
      ['with a number for a label', { format: VIDEO, label: 7 }],
      ['with null for tags', { format: VIDEO, tags: null }],
      ['that is a list', []],
    ])('refuses a source %s', async (_, body) => {
      expect(await post(body)).toMatchObject({ status: 400, body: { summary: expect.any(String) } })
    })
  })

  describe('PUT /sources/{sourceId}', () => {
    it('makes a source, and then replaces what is said of it', async () => {
      const id = randomUUID()
      const made = await put(id, { label: 'Camera', tags: { a: 'x' }, created_by: 'ada', updated_by: 'bob' })
      expect(made).toMatchObject({ status: 201, body: { id, label: 'Camera', tags: { a: 'x' } } })
      expect(await put(id, { description: 'Wide' })).toMatchObject({ status: 204, body: undefined })
      const { created } = made.body as { created: string }
      expect((await send(sourceUrl(id), 'GET')).body).toStrictEqual({
        id,
        format: VIDEO,
        description: 'Wide',
        created,
        created_by: 'ada',
        updated: expect.any(String),
      })
    })

    it('replaces one that came with a flow, which still goes with it', async () => {
      const id = randomUUID()
      const flow = await putFlow(service.url, { source_id: id, label: 'HD' })
      expect((await put(id, { label: 'Camera' })).status).toBe(204)
      expect((await send(sourceUrl(id), 'GET')).body).toMatchObject({ label: 'Camera' })
      await send(`${service.url}/flows/${flow}`, 'DELETE')
      expect(await statusOf(sourceUrl(id))).toBe(404)
    })

    it('refuses another format, another id, and an id that is none', async () => {
      const id = randomUUID()
      await put(id)
      expect((await put(id, { format: AUDIO })).status).toBe(400)
      expect((await put(id, { id: randomUUID() })).status).toBe(400)
      expect((await send(sourceUrl(id), 'PUT', { format: VIDEO })).status).toBe(400)
      expect((await put('nonsense')).status).toBe(404)
    })
  })

  it('a source made so stays without flows, and has its format for those to come', async () => {
    const source_id = randomUUID()
    await put(source_id, { label: 'Camera' })
    const flow = await putFlow(service.url, { source_id, label: 'HD' })
    expect((await send(sourceUrl(source_id), 'GET')).body).toMatchObject({ label: 'Camera' })
    await send(`${service.url}/flows/${flow}`, 'DELETE')
    expect(await statusOf(sourceUrl(source_id))).toBe(200)

    const sound = {
      ...videoFlow({ source_id, format: AUDIO, codec: 'audio/aac' }),
      essence_parameters: { sample_rate: 48_000, channels: 2 },
    }
    expect(await send(`${service.url}/flows/${sound.id}`, 'PUT', sound)).toMatchObject({
      status: 400,
      body: { type: 'source_format_differs' },
    })
  })

  describe('DELETE /sources/{sourceId}', () => {
    it('needs a source without flows', async () => {
      const source_id = randomUUID()
      expect((await send(sourceUrl(source_id), 'DELETE')).status).toBe(404)
      await put(source_id)
      const flow = await putFlow(service.url, { source_id })
      expect(await send(sourceUrl(source_id), 'DELETE')).toMatchObject({
        status: 409,
        body: { type: 'source_has_flows', summary: expect.stringContaining(flow) },
      })
      await send(`${service.url}/flows/${flow}`, 'DELETE')
      expect((await send(sourceUrl(source_id), 'DELETE')).status).toBe(204)
      expect(await statusOf(sourceUrl(source_id))).toBe(404)
      expect((await send(sourceUrl(source_id), 'DELETE')).status).toBe(404)
    })

    it('takes flows and segments with it where it is asked to', async () => {
      const source_id = randomUUID()
      const flows = [await putFlow(service.url, { source_id }), await putFlow(service.url, { source_id })]
      const other = await putFlow(service.url)
      const [object] = await allocate(service.url, flows[0]!, 1)
      const segment = { object_id: object?.object_id, timerange: '[0:0_1:0)' }
      for (const id of [...flows, other]) {
        expect((await send(`${service.url}/flows/${id}/segments`, 'POST', segment)).status).toBe(201)
      }

      expect((await send(`${sourceUrl(source_id)}?cascade=true`, 'DELETE')).status).toBe(204)
      expect(await statusOf(sourceUrl(source_id))).toBe(404)
      for (const id of flows) {
        expect(await statusOf(`${service.url}/flows/${id}`)).toBe(404)
        expect(await listSegments(service.url, id)).toStrictEqual([])
      }
      expect(await listSegments(service.url, other)).toHaveLength(1)
    })

    it('takes nothing where one of the flows is read-only', async () => {
      const source_id = randomUUID()
      const flows = [
        await putFlow(service.url, { source_id }),
        await putFlow(service.url, { source_id, read_only: true }),
      ]
      expect(await send(`${sourceUrl(source_id)}?cascade=true`, 'DELETE')).toMatchObject({
        status: 403,
        body: { type: 'source_flow_read_only', summary: expect.stringContaining(flows[1]!) },
      })
      for (const id of flows) expect(await statusOf(`${service.url}/flows/${id}`)).toBe(200)
    })

    it.each(['cascade=yes', 'cascade', 'force=true'])(
      'refuses a query it does not know: %s',
      async (query) => {
        const id = randomUUID()
        await put(id)
        expect((await send(`${sourceUrl(id)}?${query}`, 'DELETE')).status).toBe(400)
        expect(await statusOf(sourceUrl(id))).toBe(200)
      },
    )
  })

  describe('POST /flows', () => {
    const subtitles = { format: DATA, codec: 'text/vtt', container: 'text/vtt', essence_parameters: {} }
    const postFlow = (body: unknown) => send(`${service.url}/flows`, 'POST', body)

    it('makes a flow, its id and its source', async () => {
      const source_id = randomUUID()
      const { status, headers, body } = await postFlow({ source_id, label: 'Subtitles', ...subtitles })
      const { id } = body as { id: string }
      expect(status).toBe(201)
      expect(headers.get('location')).toBe(`/flows/${id}`)
      expect(body).toMatchObject({ id: expect.stringMatching(/^[0-9a-f-]{36}$/), source_id, ...subtitles })
      expect((await send(`${service.url}/flows/${id}`, 'GET')).body).toStrictEqual(body)
      expect((await send(sourceUrl(source_id), 'GET')).body).toMatchObject({ label: 'Subtitles' })
    })

    it('takes the id that is given, once', async () => {
      const flow = videoFlow()
      expect(await postFlow(flow)).toMatchObject({ status: 201, body: { id: flow.id } })
      expect(await postFlow(flow)).toMatchObject({ status: 409, body: { type: 'flow_exists' } })
    })

    it.each<[what: string, changes: Record<string, unknown>]>([
      ['an id that is none', { id: 'x' }],
      ['no source', { source_id: undefined }],
      ['no essence', { essence_parameters: undefined }],
      ['members that are not there', { flow_collection: [{ id: randomUUID() }] }],
    ])('refuses a flow with %s', async (_, changes) => {
      expect((await postFlow(videoFlow(changes))).status).toBe(400)
    })
  })
})
