// Puts something of everything into a service, for requests to find.

const TAGS = { site: 'salford', list: ['a', 'b'] }
const VIDEO = {
  format: 'urn:x-nmos:format:video',
  codec: 'video/h264',
  container: 'video/mp2t',
  essence_parameters: { frame_width: 1920, frame_height: 1080, frame_rate: { numerator: 25 } },
}
/** An address that is kept for documentation: nobody is there. */
const WEBHOOK = {
  url: 'https://receiver.example/hook',
  events: ['flows/created'],
  status: 'disabled',
  tags: TAGS,
}
const MULTI = { format: 'urn:x-nmos:format:multi' }

/**
 * @returns ids by the parameter that takes them, of what is there to be read and written (kept), to have its
 * properties unset (changed), to be made read-only (locked) and to be deleted (gone); and by operation a request
 * that succeeds, where what it names has to fit
 */
export async function seed(url) {
  const ask = askerOf(url)
  const [profile, spareProfile] = [crypto.randomUUID(), crypto.randomUUID()]
  for (const id of [profile, spareProfile]) await ask('POST', `/service/profiles/${id}`, profileOf(id))
  const gone = await flowsWith(ask, [VIDEO, VIDEO, VIDEO])
  const flow_collection = gone.map(({ id }) => ({ id, role: 'picture' }))
  const kept = await flowsWith(ask, [VIDEO, { profile_id: profile }, { ...MULTI, flow_collection }])
  const changed = await flowsWith(ask, [VIDEO, VIDEO, { ...MULTI, flow_collection }])
  const locked = await flowsWith(ask, [VIDEO, VIDEO])
  const webhooks = [await webhook(ask), await webhook(ask)]
  const ids = {
    flowId: { kept: idsOf(kept), changed: idsOf(changed), locked: idsOf(locked), gone: idsOf(gone) },
    sourceId: { kept: sourcesOf(kept), changed: sourcesOf(changed), gone: [await sourceAlone(ask)] },
    objectId: { kept: objectsOf(kept), changed: objectsOf(changed), gone: [await objectAlone(ask)] },
    profileId: { kept: [profile, spareProfile] },
    webhookId: { kept: [webhooks[0]], gone: [webhooks[1]] },
    'request-id': { kept: [await deletionRequest(ask)] },
    name: { kept: Object.keys(TAGS), changed: Object.keys(TAGS) },
  }
  return { ids, requests: await requestsFor(ask, { kept, changed, locked, webhook: webhooks[0] }) }
}

async function requestsFor(ask, { kept, changed, locked, webhook }) {
  const [flow, , multi] = kept
  const [put, deleted, cut, restored] = await flowsWith(ask, [VIDEO, VIDEO, VIDEO, VIDEO])
  await ask('DELETE', `/flows/${restored.id}`)
  const { media_objects } = await ask('POST', `/flows/${flow.id}/storage`, { limit: 1 })
  const segment = { object_id: media_objects[0].object_id, timerange: '[100:0_101:0)' }
  const profile = profileOf(crypto.randomUUID())
  const [changedFlow] = changed
  const ofFlow = ({ id }, body) => ({ parameters: { flowId: id }, body })
  return {
    'PUT /flows/{flowId}': ofFlow(put, { id: put.id, source_id: put.source_id, ...VIDEO }),
    'PUT /flows/{flowId}/flow_collection': ofFlow(multi, [{ id: put.id, role: 'picture' }]),
    'PUT /flows/{flowId}/read_only': ofFlow(locked[0], true),
    'PUT /flows/{flowId}/avg_bit_rate': ofFlow(flow, 6000),
    'POST /flows/{flowId}/segments': ofFlow(flow, segment),
    'POST /flows/{flowId}/storage': ofFlow(flow, { limit: 2 }),
    'DELETE /flows/{flowId}/segments': { parameters: { flowId: cut.id, timerange: '[2:0_3:0)' } },
    'DELETE /flows/{flowId}/tags/{name}': { parameters: { flowId: changedFlow.id, name: 'site' } },
    'DELETE /sources/{sourceId}/tags/{name}': {
      parameters: { sourceId: changedFlow.source_id, name: 'site' },
    },
    'GET /analytics/tables/{name}': { parameters: { name: 'flows' } },
    'HEAD /analytics/tables/{name}': { parameters: { name: 'flows' } },
    'GET /vast/tables/{name}/stats': { parameters: { name: 'flows' } },
    'HEAD /vast/tables/{name}/stats': { parameters: { name: 'flows' } },
    'GET /flows/{flowId}/segments/{objectId}/tags': ofSegment(flow),
    'GET /flows/{flowId}/segments/{objectId}/tags/{name}': ofSegment(flow),
    'PUT /flows/{flowId}/segments/{objectId}/tags/{name}': { ...ofSegment(flow), body: 'goal' },
    'DELETE /flows/{flowId}/segments/{objectId}/tags/{name}': ofSegment(changedFlow),
    'POST /objects/{objectId}/instances': {
      parameters: { objectId: flow.objects[0] },
      body: { label: 'other', url: 'https://mirror.example/b.ts' },
    },
    'DELETE /objects/{objectId}/instances': {
      parameters: { objectId: changedFlow.objects[0], label: 'mirror' },
    },
    'POST /flows/{flowId}/restore': { parameters: { flowId: restored.id } },
    'POST /flow-delete-requests': { body: { flow_id: deleted.id } },
    'POST /service/profiles/{profileId}': { parameters: { profileId: profile.id }, body: profile },
    'PUT /service/webhooks/{webhookId}': {
      parameters: { webhookId: webhook },
      body: { ...WEBHOOK, id: webhook },
    },
  }
}

const idsOf = (flows) => flows.map(({ id }) => id)
const sourcesOf = (flows) => flows.map(({ source_id }) => source_id)
const objectsOf = (flows) => flows.flatMap(({ objects }) => objects.slice(0, 1))
const ofSegment = ({ id, objects }) => ({ parameters: { flowId: id, objectId: objects[0], name: 'site' } })
const profileOf = (id) => ({ id, label: 'seeded', tags: TAGS, flow_metadata: VIDEO })

async function flowsWith(ask, metadata) {
  const flows = []
  for (const each of metadata) flows.push(await flowWith(ask, each))
  return flows
}

/** A flow with all properties, and with segments whose objects are here and elsewhere, and tagged. */
async function flowWith(ask, metadata) {
  const [id, source_id] = [crypto.randomUUID(), crypto.randomUUID()]
  const told = { label: 'seeded', description: 'Something to find', tags: TAGS }
  await ask('PUT', `/flows/${id}`, { id, source_id, ...told, ...metadata })
  for (const name of metadata.profile_id ? [] : ['avg_bit_rate', 'max_bit_rate']) {
    await ask('PUT', `/flows/${id}/${name}`, 5000)
  }
  for (const [name, value] of Object.entries(TAGS))
    await ask('PUT', `/sources/${source_id}/tags/${name}`, value)
  if (metadata.format === MULTI.format) return { id, source_id, objects: [] }

  const { media_objects } = await ask('POST', `/flows/${id}/storage`, { limit: 3 })
  const objects = media_objects.map(({ object_id }) => object_id)
  const segments = objects.map((object_id, at) => ({ object_id, timerange: `[${at}:0_${at + 1}:0)` }))
  await ask('POST', `/flows/${id}/segments`, segments)
  for (const object of objects) {
    await ask('POST', `/objects/${object}/instances`, { label: 'mirror', url: 'https://mirror.example/a.ts' })
    for (const [name, value] of Object.entries(TAGS)) {
      await ask('PUT', `/flows/${id}/segments/${object}/tags/${name}`, value)
    }
  }
  return { id, source_id, objects }
}

async function webhook(ask) {
  const { id } = await ask('POST', '/service/webhooks', WEBHOOK)
  return id
}

async function deletionRequest(ask) {
  const { id: flow_id } = await flowWith(ask, VIDEO)
  const { id } = await ask('POST', '/flow-delete-requests', { flow_id, delete_flow: true })
  return id
}

async function sourceAlone(ask) {
  const id = crypto.randomUUID()
  await ask('PUT', `/sources/${id}`, { id, format: VIDEO.format })
  return id
}

async function objectAlone(ask) {
  const id = `seeded-${crypto.randomUUID()}`
  const get_urls = [{ label: 'web', url: 'https://mirror.example/b.ts' }]
  await ask('POST', '/objects', { id, timerange: '[0:0_1:0)', get_urls })
  return id
}

const askerOf = (url) => async (method, path, body) => {
  const headers = { 'content-type': 'application/json' }
  const response = await fetch(url + path, { method, headers, body: JSON.stringify(body) })
  const text = await response.text()
  if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text}`)
  return text === '' ? undefined : JSON.parse(text)
}
