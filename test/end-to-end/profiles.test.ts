import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { hasSpecification, ifSpecified, readExample } from '../support/contracts/tams-specification.ts'
import { serviceOfSuite } from '../support/running-service.ts'
import { send, sendRaw, videoFlow } from '../support/tams-requests.ts'

type Body = Record<string, unknown>

const ISO = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/)
const { id: _, source_id: __, ...flow_metadata } = videoFlow()
const profile = (changes: Body = {}): Body & { id: string } => ({
  id: randomUUID(),
  flow_metadata,
  ...changes,
})
const audio = {
  format: 'urn:x-nmos:format:audio',
  codec: 'audio/aac',
  essence_parameters: { sample_rate: 48_000, channels: 2 },
}

describe('profiles', () => {
  const service = serviceOfSuite()
  const profiles = () => `${service.url}/service/profiles`
  const make = (body: Body) => send(`${profiles()}/${body['id']}`, 'POST', body)

  it('are made, and read as they were made', async () => {
    const said = profile({ label: 'House', description: 'Of old', tags: { version: ['1', '2'] } })
    const made = await make(said)
    expect(made).toMatchObject({ status: 201, body: { ...said, created: ISO } })
    expect(made.body).not.toHaveProperty('created_by')
    const read = await send(`${profiles()}/${said.id}`, 'GET')
    expect(read).toMatchObject({ status: 200, body: made.body })
    const head = await fetch(`${profiles()}/${said.id}`, { method: 'HEAD' })
    expect(head.status).toBe(200)
    expect(head.headers.get('content-length')).toBe(read.headers.get('content-length'))
  })

  it('are made when the service says, and by whom the client says', async () => {
    const said = profile({ created: '1999-01-01T00:00:00Z', created_by: 'ada' })
    const { body } = await make(said)
    expect(body).toMatchObject({ created_by: 'ada', created: ISO })
    expect((body as Body)['created']).not.toBe('1999-01-01T00:00:00Z')
  })

  it('never change', async () => {
    const said = profile({ label: 'House' })
    const made = await make(said)
    for (const body of [said, { ...said, label: 'Other' }]) {
      expect(await make(body)).toMatchObject({ status: 400, body: { type: 'profile_exists' } })
    }
    const url = `${profiles()}/${said.id}`
    expect(await send(url, 'PUT', said)).toMatchObject({ status: 405 })
    expect(await send(url, 'DELETE')).toMatchObject({ status: 405 })
    expect(await send(url, 'GET')).toMatchObject({ status: 200, body: made.body })
  })

  it.each<[what: string, path: string, body: Body, status: number]>([
    ['another id than the path', randomUUID(), profile(), 400],
    ['a path that can be no id', 'house', profile(), 404],
    ['multi-essence', 'same', profile({ flow_metadata: { format: 'urn:x-nmos:format:multi' } }), 400],
    ['no metadata', 'same', { id: randomUUID() }, 400],
  ])('are refused with %s', async (_what, path, body, status) => {
    const id = path === 'same' ? body['id'] : path
    expect(await send(`${profiles()}/${id}`, 'POST', body)).toMatchObject({ status })
    expect(await send(`${profiles()}/${body['id']}`, 'GET')).toMatchObject({ status: 404 })
  })

  it('that nobody made are not there', async () => {
    for (const id of [randomUUID(), 'house']) {
      expect(await send(`${profiles()}/${id}`, 'GET')).toMatchObject({ status: 404 })
      expect((await fetch(`${profiles()}/${id}`, { method: 'HEAD' })).status).toBe(404)
    }
  })

  it('are refused where the body is not JSON', async () => {
    expect(await sendRaw(`${profiles()}/${randomUUID()}`, 'POST', '{"id":')).toMatchObject({
      status: 400,
      body: { type: 'entity_parse_failed' },
    })
  })
})

describe('the list of profiles', () => {
  const service = serviceOfSuite()
  const list = (query = '') => send(`${service.url}/service/profiles${query}`, 'GET')
  const make = async (changes: Body) => {
    const body = profile(changes)
    await send(`${service.url}/service/profiles/${body.id}`, 'POST', body)
    return body.id
  }
  const idsIn = ({ body }: { body: unknown }) => (body as { id: string }[]).map(({ id }) => id)

  it('is newest first, in pages, and filtered', async () => {
    expect(await list()).toMatchObject({ status: 200, body: [] })
    const a = await make({ label: 'A' })
    const b = await make({ label: 'B', flow_metadata: audio })
    const c = await make({ label: 'A', flow_metadata: { ...flow_metadata, codec: 'video/h265' } })

    const all = await list()
    // Those made in one millisecond are in order of their ids.
    expect(new Set(idsIn(all))).toStrictEqual(new Set([a, b, c]))
    const times = (all.body as { created: string }[]).map(({ created }) => created)
    expect(times).toStrictEqual(times.toSorted().reverse())
    expect(all.headers.get('link')).toBeNull()
    expect(all.headers.get('x-paging-limit')).toBe('100')

    const paged: string[] = []
    let next: string | null = `${service.url}/service/profiles?limit=1`
    while (next) {
      const page = await send(next, 'GET')
      paged.push(...idsIn(page))
      expect(page.headers.get('x-paging-limit')).toBe('1')
      expect(page.headers.has('x-paging-nextkey')).toBe(page.headers.has('link'))
      next = page.headers.get('link')?.match(/<(.+)>; rel="next"/)?.[1] ?? null
    }
    expect(paged).toStrictEqual(idsIn(all))

    const only = async (query: string) => new Set(idsIn(await list(query)))
    expect(await only('?format=urn:x-nmos:format:audio')).toStrictEqual(new Set([b]))
    expect(await only('?codec=video/h265')).toStrictEqual(new Set([c]))
    expect(await only('?label=A')).toStrictEqual(new Set([a, c]))
    expect(await only('?label=A&codec=video/h264')).toStrictEqual(new Set([a]))
    expect(await only('?format=urn:x-nmos:format:multi')).toStrictEqual(new Set())
    expect(
      (await fetch(`${service.url}/service/profiles?limit=2`, { method: 'HEAD' })).headers.has('link'),
    ).toBe(true)
  })

  it.each(['?format=video', '?codec=h264', '?limit=0', '?page=AAAA', '?sort_by=label', '?tag.a=b'])(
    'refuses %s',
    async (query) => {
      expect(await list(query)).toMatchObject({ status: 400, body: { type: 'bad_request' } })
    },
  )
})

describe('flows of a profile', () => {
  const service = serviceOfSuite()
  const putFlow = (body: Body) => send(`${service.url}/flows/${body['id']}`, 'PUT', body)
  const getFlow = async (id: string) => (await send(`${service.url}/flows/${id}`, 'GET')).body as Body
  const make = async (body: Body) => {
    expect(await send(`${service.url}/service/profiles/${body['id']}`, 'POST', body)).toMatchObject({
      status: 201,
    })
    return body['id'] as string
  }

  it('have its metadata and their own words, and are found by it', async () => {
    const profile_id = await make(profile({ label: 'House', tags: { of: 'the profile' } }))
    const asked = { id: randomUUID(), source_id: randomUUID(), profile_id, label: 'HD', max_bit_rate: 9 }
    const whole = { ...flow_metadata, ...asked }

    const put = await putFlow(asked)
    expect(put).toMatchObject({ status: 201, body: whole })
    expect(put.body).not.toHaveProperty('tags')
    expect(await getFlow(asked.id)).toStrictEqual(put.body)
    const found = await send(`${service.url}/flows?profile_id=${profile_id}`, 'GET')
    expect(found.body).toStrictEqual([put.body])
    const source = await send(`${service.url}/sources/${asked.source_id}`, 'GET')
    expect(source.body).toMatchObject({ format: flow_metadata['format'], label: 'HD' })

    expect(await putFlow({ ...asked, label: 'Other' })).toMatchObject({ status: 204 })
    expect(await getFlow(asked.id)).toMatchObject({ ...whole, label: 'Other' })
  })

  it('take media where the profile has a container', async () => {
    const profile_id = await make(profile())
    const id = randomUUID()
    await putFlow({ id, source_id: randomUUID(), profile_id })
    expect(await send(`${service.url}/flows/${id}/storage`, 'POST', { limit: 1 })).toMatchObject({
      status: 201,
    })
  })

  it.each(['', undefined])('leave it where the metadata is their own and profile_id is %j', async (left) => {
    const profile_id = await make(profile())
    const flow = videoFlow()
    await putFlow({ id: flow.id, source_id: flow['source_id'], profile_id })
    const codec = 'video/h265'
    expect(await putFlow({ ...flow, codec, profile_id: left })).toMatchObject({ status: 204 })
    expect(await getFlow(flow.id)).toMatchObject({ codec })
    expect(await getFlow(flow.id)).not.toHaveProperty('profile_id')
    const found = await send(`${service.url}/flows?profile_id=${profile_id}`, 'GET')
    expect(found.body).toStrictEqual([])
  })

  it('are refused with metadata of their own, of no profile, or of one of another format', async () => {
    const profile_id = await make(profile())
    const speech = await make(profile({ flow_metadata: audio }))
    const flow = videoFlow()
    const ids = { id: flow.id, source_id: flow['source_id'] }
    const refusals: Body[] = [
      { ...flow, profile_id },
      { ...ids, profile_id, avg_bit_rate: 5 },
      { ...ids, profile_id, codec: 'video/h264' },
      { ...ids, profile_id: randomUUID() },
      { ...ids, profile_id: 'house' },
      { ...ids, profile_id: '' },
    ]
    for (const body of refusals)
      expect(await putFlow(body), JSON.stringify(body)).toMatchObject({ status: 400 })
    expect(await send(`${service.url}/flows/${flow.id}`, 'GET')).toMatchObject({ status: 404 })

    await putFlow({ ...ids, profile_id })
    expect(await putFlow({ ...ids, profile_id: speech })).toMatchObject({
      status: 400,
      body: { type: 'flow_format_fixed' },
    })
    expect(await putFlow({ ...ids, id: randomUUID(), profile_id: speech })).toMatchObject({
      status: 400,
      body: { type: 'source_format_differs' },
    })
  })
})

describe.skipIf(!hasSpecification)(`the profiles of the specification${ifSpecified}`, () => {
  const service = serviceOfSuite()
  const example = (name: string) => readExample(name) as Body

  it.each([
    'profile-get-200-image.json',
    'profile-get-200-video-h264-mxf.json',
    'profile-get-200-video-h264.json',
  ])('%s is made and read back', async (name) => {
    const { created: _, ...said } = example(name)
    const url = `${service.url}/service/profiles/${said['id']}`
    expect(await send(url, 'POST', example(name))).toMatchObject({ status: 201, body: said })
    expect(await send(url, 'GET')).toMatchObject({ status: 200, body: { ...said, created: ISO } })
  })

  it('profile-put.json makes what flow-put-profile.json asks for', async () => {
    const said = { ...example('profile-put.json'), id: randomUUID() }
    const url = `${service.url}/service/profiles/${said.id}`
    expect(await send(url, 'POST', said)).toMatchObject({ status: 201, body: said })
    const flow: Body = { ...example('flow-put-profile.json'), profile_id: said.id }
    const put = await send(`${service.url}/flows/${flow['id']}`, 'PUT', flow)
    expect(put).toMatchObject({
      status: 201,
      body: { ...flow, ...((said as Body)['flow_metadata'] as Body) },
    })
  })
})
