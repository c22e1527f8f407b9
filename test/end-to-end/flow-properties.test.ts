import { randomUUID } from 'node:crypto'
import { beforeAll, describe, expect, it } from 'vitest'
import { serviceOfSuite } from '../support/running-service.ts'
import { allocate, putFlow, send, sendRaw } from '../support/tams-requests.ts'

const json = JSON.stringify

describe('the properties of a flow', () => {
  const service = serviceOfSuite()
  const flowUrl = (id: string) => `${service.url}/flows/${id}`
  const readFlow = async (id: string) => (await send(flowUrl(id), 'GET')).body as Record<string, unknown>
  const newFlow = (changes: Record<string, unknown> = {}) => putFlow(service.url, changes)

  describe.each<[property: string, first: unknown, second: unknown]>([
    ['label', 'HD', ''],
    ['description', 'As it was', 'Ω'.repeat(20_000)],
    ['max_bit_rate', 5_000, 0],
    ['avg_bit_rate', 0, 3_246],
  ])('%s', (property, first, second) => {
    it('is not found where it is not set, and says so', async () => {
      const url = `${flowUrl(await newFlow())}/${property}`
      expect(await send(url, 'GET')).toMatchObject({
        status: 404,
        body: { summary: expect.stringContaining('is not set') },
      })
      expect((await fetch(url, { method: 'HEAD' })).status).toBe(404)
    })

    it('is created, replaced and unset', async () => {
      const id = await newFlow()
      const url = `${flowUrl(id)}/${property}`
      for (const value of [first, second]) {
        expect(await send(url, 'PUT', value)).toMatchObject({ status: 204, body: undefined })
        expect(await send(url, 'GET')).toMatchObject({ status: 200, body: value })
        expect(await readFlow(id)).toMatchObject({ [property]: value })
      }
      const head = await fetch(url, { method: 'HEAD' })
      expect([head.status, head.headers.get('content-type'), await head.text()]).toStrictEqual([
        200,
        'application/json',
        '',
      ])
      for (const _ of ['set', 'unset already']) expect((await send(url, 'DELETE')).status).toBe(204)
      expect((await send(url, 'GET')).status).toBe(404)
      expect(await readFlow(id)).not.toHaveProperty(property)
    })

    it('is gone when the flow is put without it', async () => {
      const id = await newFlow({ [property]: first })
      const { [property]: _, ...rest } = await readFlow(id)
      expect((await send(`${flowUrl(id)}/${property}`, 'GET')).body).toBe(first)
      await send(flowUrl(id), 'PUT', rest)
      expect((await send(`${flowUrl(id)}/${property}`, 'GET')).status).toBe(404)
    })
  })

  it('read_only is false until it is set', async () => {
    const url = `${flowUrl(await newFlow())}/read_only`
    expect(await send(url, 'GET')).toMatchObject({ status: 200, body: false })
    for (const value of [true, true, false]) {
      expect((await send(url, 'PUT', value)).status).toBe(204)
      expect((await send(url, 'GET')).body).toBe(value)
    }
    expect((await send(url, 'DELETE')).status).toBe(405)
  })

  it('flow_collection is a list in the order given, with roles and mappings', async () => {
    const [video, sound] = [await newFlow(), await newFlow()]
    const id = await newFlow()
    const url = `${flowUrl(id)}/flow_collection`
    const members = [
      { id: sound, role: 'sound', container_mapping: { audio_track: { channel_numbers: [1, 0] } } },
      { id: video },
    ]
    expect(await send(url, 'GET')).toMatchObject({ status: 200, body: [] })
    expect((await send(url, 'PUT', members)).status).toBe(204)
    expect((await send(url, 'GET')).body).toStrictEqual(members)
    expect(await readFlow(id)).toMatchObject({ flow_collection: members })
    expect(await readFlow(video)).toMatchObject({ collected_by: [id] })

    await send(flowUrl(sound), 'DELETE')
    await send(`${flowUrl(id)}/label`, 'PUT', 'changed')
    expect((await send(url, 'GET')).body).toStrictEqual([{ id: video }])

    expect((await send(url, 'DELETE')).status).toBe(204)
    expect((await send(url, 'GET')).body).toStrictEqual([])
    expect(await readFlow(video)).not.toHaveProperty('collected_by')
  })

  it('change the version and the time of the metadata, only where they change it', async () => {
    const id = await newFlow({ metadata_version: 'v1', updated_by: 'ada', created_by: 'ada' })
    const first = await readFlow(id)
    await send(`${flowUrl(id)}/label`, 'PUT', 'HD')
    const second = await readFlow(id)
    await send(`${flowUrl(id)}/label`, 'PUT', 'HD')
    await send(`${flowUrl(id)}/max_bit_rate`, 'DELETE')
    const third = await readFlow(id)

    const { metadata_version, metadata_updated, updated_by: _, ...rest } = first
    expect(second).toStrictEqual({
      ...rest,
      label: 'HD',
      metadata_version: expect.not.stringMatching(`^${metadata_version}$`),
      metadata_updated: expect.any(String),
    })
    expect(String(second['metadata_updated']) >= String(metadata_updated)).toBe(true)
    expect(third).toStrictEqual(second)
  })

  it.each<[property: string, body: string | undefined]>([
    ['label', 'null'],
    ['label', '5'],
    ['label', 'HD'],
    ['label', undefined],
    ['label', json('x'.repeat(5_000))],
    ['label', '["HD"]'],
    ['description', '{}'],
    ['description', json('x'.repeat(70_000))],
    ['max_bit_rate', '"5"'],
    ['max_bit_rate', '-1'],
    ['max_bit_rate', '1.5'],
    ['max_bit_rate', '1e300'],
    ['avg_bit_rate', 'true'],
    ['avg_bit_rate', 'null'],
    ['read_only', '"true"'],
    ['read_only', '1'],
    ['read_only', 'null'],
    ['flow_collection', '{}'],
    ['flow_collection', json([{ role: 'video' }])],
    ['flow_collection', json([{ id: randomUUID() }])],
    ['flow_collection', json(Array(10_001).fill({ id: 'x' }))],
    ['tags/a', 'null'],
    ['tags/a', '7'],
    ['tags/a', '[7]'],
    ['tags/a', '{}'],
  ])('%s is refused as %s, and nothing changes', async (property, body) => {
    const id = await newFlow()
    const before = await readFlow(id)
    expect(await sendRaw(`${flowUrl(id)}/${property}`, 'PUT', body)).toMatchObject({
      status: 400,
      body: { type: expect.any(String), summary: expect.any(String) },
    })
    expect(await readFlow(id)).toStrictEqual(before)
  })

  const PROPERTIES: readonly [path: string, value: unknown, methods: readonly string[]][] = [
    ['tags', undefined, ['GET']],
    ['tags/a', 'x', ['GET', 'PUT', 'DELETE']],
    ['label', 'x', ['GET', 'PUT', 'DELETE']],
    ['description', 'x', ['GET', 'PUT', 'DELETE']],
    ['read_only', true, ['GET', 'PUT']],
    ['flow_collection', [], ['GET', 'PUT', 'DELETE']],
    ['max_bit_rate', 1, ['GET', 'PUT', 'DELETE']],
    ['avg_bit_rate', 1, ['GET', 'PUT', 'DELETE']],
  ]

  it.each(PROPERTIES)('%s of no flow is not found', async (path, value, methods) => {
    for (const id of [randomUUID(), 'nonsense', randomUUID().toUpperCase()]) {
      for (const method of methods) {
        const { status } = await send(`${flowUrl(id)}/${path}`, method, method === 'PUT' ? value : undefined)
        expect([id, method, status]).toStrictEqual([id, method, 404])
      }
    }
  })
})

describe('a read-only flow', () => {
  const service = serviceOfSuite()
  let id: string
  let locked: Record<string, unknown>
  let object_id: string

  beforeAll(async () => {
    id = await putFlow(service.url)
    const [object] = await allocate(service.url, id, 1)
    object_id = object?.object_id ?? ''
    const url = `${service.url}/flows/${id}`
    await send(`${url}/segments`, 'POST', { object_id, timerange: '[0:0_1:0)' })
    await send(`${url}/read_only`, 'PUT', true)
    locked = (await send(url, 'GET')).body as Record<string, unknown>
  })

  it.each<[method: string, path: string, body?: unknown]>([
    ['PUT', ''],
    ['PUT', '', { read_only: false }],
    ['PUT', '', { read_only: true, label: 'x' }],
    ['DELETE', ''],
    ['PUT', '/tags/a', 'x'],
    ['DELETE', '/tags/a'],
    ['PUT', '/label', 'x'],
    ['DELETE', '/label'],
    ['PUT', '/description', 'x'],
    ['DELETE', '/description'],
    ['PUT', '/flow_collection', []],
    ['DELETE', '/flow_collection'],
    ['PUT', '/max_bit_rate', 1],
    ['DELETE', '/max_bit_rate'],
    ['PUT', '/avg_bit_rate', 1],
    ['DELETE', '/avg_bit_rate'],
    ['POST', '/storage', { limit: 1 }],
    ['POST', '/segments', { object_id: 'x', timerange: '[5:0_6:0)' }],
    ['DELETE', '/segments'],
  ])('refuses %s %s %j', async (method, path, body) => {
    const url = `${service.url}/flows/${id}`
    const flow = { ...locked, ...(body as object | undefined) }
    expect(await send(url + path, method, method === 'PUT' && path === '' ? flow : body)).toMatchObject({
      status: 403,
      body: { type: 'flow_read_only' },
    })
    expect((await send(url, 'GET')).body).toStrictEqual(locked)
    expect((await send(`${url}/segments`, 'GET')).body).toMatchObject([{ object_id, timerange: '[0:0_1:0)' }])
  })

  it('is read as any other, and written again once it is not', async () => {
    const url = `${service.url}/flows/${id}`
    expect((await send(`${url}/tags`, 'GET')).status).toBe(200)
    expect((await send(`${url}/read_only`, 'PUT', true)).status).toBe(204)
    expect((await send(url, 'GET')).body).toStrictEqual(locked)
    expect((await send(`${url}/read_only`, 'PUT', false)).status).toBe(204)
    expect((await send(`${url}/label`, 'PUT', 'x')).status).toBe(204)
    expect((await send(url, 'DELETE')).status).toBe(204)
  })
})
