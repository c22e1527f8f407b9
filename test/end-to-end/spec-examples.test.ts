import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { stringify } from 'yaml'
import {
  exampleNames,
  hasSpecification,
  ifSpecified,
  readExample,
  readOfficialDocument,
} from '../support/contracts/tams-specification.ts'
import {
  type RunningService,
  serviceOfSuite,
  startService,
  temporaryFolder,
} from '../support/running-service.ts'
import { putFlow, send, videoFlow } from '../support/tams-requests.ts'

if (!hasSpecification) console.warn('SKIPPED: the official TAMS examples are not here')

/** What the service sets by itself, whatever a client sends. */
const MANAGED = [
  'created',
  'metadata_updated',
  'segments_updated',
  'timerange',
  'collected_by',
  'created_by',
  'updated_by',
]

type Body = Record<string, unknown>
type Flow = { id: string; flow_collection?: { id: string }[] } & Body

const read = (file: string): Body => readExample(file) as Body

const flows = exampleNames().filter(
  (file) => /^flow-(put|get-200)[\w-]*\.json$/.test(file) && !/201|profile/.test(file),
)

/** Makes the flows of these ids that are not there. */
async function makeFlows(url: string, ids: readonly string[]): Promise<void> {
  for (const id of ids) {
    const { status } = await send(`${url}/flows/${id}`, 'GET')
    if (status === 404) await putFlow(url, { id })
  }
}

describe.skipIf(!hasSpecification)(`the flows of the specification${ifSpecified}`, () => {
  const service = serviceOfSuite({ WEBHOOKS_ENABLED: 'false' })

  it('has examples to try', () => expect(flows.length).toBeGreaterThan(10))

  it.each(flows)('%s is accepted, and read back as it was sent', async (file) => {
    const flow = read(file) as Flow
    await makeFlows(service.url, flow.flow_collection?.map(({ id }) => id) ?? [])
    // Several examples are of one flow, in several formats, which no flow can be one after the other.
    await send(`${service.url}/flows/${flow.id}`, 'DELETE')

    const put = await send(`${service.url}/flows/${flow.id}`, 'PUT', { ...flow, read_only: false })
    expect(put, JSON.stringify(put.body)).toMatchObject({ status: 201 })

    const { status, body } = await send(`${service.url}/flows/${flow.id}?include_timerange=true`, 'GET')
    expect(status).toBe(200)
    const sent = Object.fromEntries(Object.entries(flow).filter(([name]) => !MANAGED.includes(name)))
    expect(body).toMatchObject({ ...sent, read_only: false, timerange: '()' })
  })
})

type Tried = {
  readonly file: string
  readonly is: string
  readonly try: (body: Body, url: string) => Promise<void>
}

const get = async (url: string): Promise<unknown> => {
  const { status, body } = await send(url, 'GET')
  expect(status).toBe(200)
  return body
}

/** Allocates an object of this id, and uses it. @returns its path */
async function makeObject(url: string, object_id: string): Promise<string> {
  const flow = `${url}/flows/${await putFlow(url)}`
  await send(`${flow}/storage`, 'POST', { object_ids: [object_id] })
  const segment = await send(`${flow}/segments`, 'POST', { object_id, timerange: '[0:0_1:0)' })
  expect(segment.status).toBe(201)
  return `${url}/objects/${encodeURIComponent(object_id)}`
}

const tried: readonly Tried[] = [
  {
    file: 'service-post.json',
    is: 'what the service is called then',
    try: async (body, url) => {
      expect(await send(`${url}/service`, 'POST', body)).toMatchObject({ status: 200 })
      expect(await get(`${url}/service`)).toMatchObject(body)
    },
  },
  {
    file: 'profile-put.json',
    is: 'a profile',
    try: async (body, url) => {
      const profile = `${url}/service/profiles/${body['id']}`
      expect(await send(profile, 'POST', body)).toMatchObject({ status: 201, body })
      expect(await get(profile)).toMatchObject(body)
    },
  },
  {
    file: 'flow-put-profile.json',
    is: 'a flow with the metadata of its profile',
    try: async (body, url) => {
      const flow_metadata = { ...videoFlow(), id: undefined, source_id: undefined }
      const profile = { id: body['profile_id'], flow_metadata }
      // It is there already where the example of a profile came first.
      await send(`${url}/service/profiles/${profile.id}`, 'POST', profile)
      const flow = `${url}/flows/${body['id']}`
      expect(await send(flow, 'PUT', body)).toMatchObject({ status: 201 })
      expect(await get(flow)).toMatchObject({ ...body, format: 'urn:x-nmos:format:video' })
    },
  },
  {
    file: 'webhook-post.json',
    is: 'a webhook, its key not shown',
    try: async (body, url) => {
      const { api_key_value, ...shown } = body
      const { status, body: made } = await send(`${url}/service/webhooks`, 'POST', body)
      expect(status).toBe(201)
      const there = await get(`${url}/service/webhooks/${(made as Flow).id}`)
      expect(there).toMatchObject(shown)
      expect(JSON.stringify([made, there])).not.toContain(api_key_value)
    },
  },
  {
    file: 'webhook-put.json',
    is: 'what a webhook becomes',
    try: async ({ id: _, ...example }, url) => {
      const { body: made } = await send(`${url}/service/webhooks`, 'POST', {
        url: 'https://elsewhere.example.com/',
        events: [],
        status: 'disabled',
      })
      const { id } = made as Flow
      const { api_key_value, ...shown }: Body = { ...example, id }
      const webhook = `${url}/service/webhooks/${id}`
      expect(await send(webhook, 'PUT', { ...example, id })).toMatchObject({ status: 201, body: shown })
      const there = await get(webhook)
      expect(there).toMatchObject({ ...shown })
      expect(JSON.stringify(there)).not.toContain(api_key_value)
    },
  },
  {
    file: 'flow-collection-put.json',
    is: 'what a flow collects',
    try: async (body, url) => {
      await makeFlows(
        url,
        (body as unknown as Flow[]).map(({ id }) => id),
      )
      const multi = { format: 'urn:x-nmos:format:multi', codec: undefined, essence_parameters: undefined }
      const flow = `${url}/flows/${await putFlow(url, { ...multi, container: undefined })}`
      expect(await send(`${flow}/flow_collection`, 'PUT', body)).toMatchObject({ status: 204 })
      expect(await get(`${flow}/flow_collection`)).toEqual(body)
      expect(await get(flow)).toMatchObject({ flow_collection: body })
    },
  },
  {
    file: 'flow-storage-post.json',
    is: 'as many objects as it asks for',
    try: async (body, url) => {
      const flow = await putFlow(url)
      const { status, body: answer } = await send(`${url}/flows/${flow}/storage`, 'POST', body)
      expect(status).toBe(201)
      const ids = (answer as { media_objects: Body[] }).media_objects.map(({ object_id }) => object_id)
      expect(new Set(ids).size).toBe(body['limit'])
    },
  },
  {
    file: 'flow-storage-post-object_ids.json',
    is: 'the objects it names',
    try: async (body, url) => {
      const flow = await putFlow(url)
      const { status, body: answer } = await send(`${url}/flows/${flow}/storage`, 'POST', body)
      expect(status).toBe(201)
      const ids = (answer as { media_objects: Body[] }).media_objects.map(({ object_id }) => object_id)
      expect(ids).toEqual(body['object_ids'])
    },
  },
  {
    file: 'flow-segment-post.json',
    is: 'a segment',
    try: async (body, url) => {
      const flow = `${url}/flows/${await putFlow(url)}`
      const allocation = await send(`${flow}/storage`, 'POST', { object_ids: [body['object_id']] })
      expect(allocation.status).toBe(201)
      expect(await send(`${flow}/segments`, 'POST', body)).toMatchObject({ status: 201 })
      expect(await get(`${flow}/segments`)).toMatchObject([body])
    },
  },
  {
    file: 'objects-instances-uncontrolled-post.json',
    is: 'a URL of its object',
    try: async (body, url) => {
      const object = await makeObject(url, 'seen elsewhere')
      expect(await send(`${object}/instances`, 'POST', body)).toMatchObject({ status: 201 })
      const { get_urls } = (await get(`${object}?accept_get_urls=${body['label']}`)) as Body
      expect(get_urls).toEqual([body])
    },
  },
  {
    file: 'objects-instances-controlled-post.json',
    is: 'a copy to be made, once',
    try: async (body, url) => {
      const object = await makeObject(url, 'to be copied')
      expect(await send(`${object}/instances`, 'POST', body)).toMatchObject({ status: 201 })
      // It is listed when it is complete; until then it can be asked for no more.
      expect(await send(`${object}/instances`, 'POST', body)).toMatchObject({
        status: 400,
        body: { type: 'instance_exists' },
      })
    },
  },
]

describe.skipIf(!hasSpecification)(`the requests of the specification${ifSpecified}`, () => {
  const folder = temporaryFolder()
  let service: RunningService
  beforeAll(async () => {
    // One of the examples names a backend that has to be there.
    const id = read('objects-instances-controlled-post.json')['storage_id']
    const backends = [
      {
        type: 'filesystem',
        id: '11111111-1111-4111-8111-111111111111',
        label: 'a',
        directory: 'a',
        default: true,
      },
      { type: 'filesystem', id, label: 'b', directory: 'b' },
    ]
    writeFileSync(join(folder, 'backends.yaml'), stringify(backends))
    service = await startService(join(folder, 'data'), { STORAGE_BACKENDS: join(folder, 'backends.yaml') })
  })
  afterAll(async () => {
    await service.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  it('are all tried', () => {
    const known = new Set([...flows, ...tried.map(({ file }) => file)])
    const examples = requestExamples(readOfficialDocument())
    expect(examples.length).toBeGreaterThan(10)
    expect(examples.filter((file) => !known.has(file))).toEqual([])
  })

  it.each(tried)('$file is accepted: $is', async ({ file, try: tryIt }) => {
    await tryIt(read(file), service.url)
  })
})

/** The files with examples of bodies that are sent. */
function requestExamples(document: Body): readonly string[] {
  const items = Object.values(document['paths'] as Record<string, Body>)
  const bodies = items.flatMap((item) =>
    Object.values(item).map((operation) => (operation as Body)['requestBody']),
  )
  return [...JSON.stringify(bodies).matchAll(/examples\/([\w-]+\.json)/g)].map(([, file]) => file ?? '')
}
