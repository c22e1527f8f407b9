// What a tool has to know of a document beside what it says, whichever document it is.

export const METHODS = ['head', 'get', 'put', 'post', 'delete']

/** Where the ids come from that operations want: no document says. */
const SOURCES = [
  { id: 'flowId', method: 'put', path: '/flows/{flowId}', status: '201', at: '#/id' },
  { id: 'flowId', method: 'get', path: '/flows', status: '200', at: '#/0/id' },
  { id: 'sourceId', method: 'get', path: '/sources', status: '200', at: '#/0/id' },
  { id: 'objectId', method: 'get', path: '/flows/{flowId}/segments', status: '200', at: '#/0/object_id' },
  { id: 'profileId', method: 'get', path: '/service/profiles', status: '200', at: '#/0/id' },
  { id: 'profileId', method: 'post', path: '/service/profiles/{profileId}', status: '201', at: '#/id' },
  { id: 'webhookId', method: 'get', path: '/service/webhooks', status: '200', at: '#/0/id' },
  { id: 'webhookId', method: 'post', path: '/service/webhooks', status: '201', at: '#/id' },
  { id: 'request-id', method: 'get', path: '/flow-delete-requests', status: '200', at: '#/0/id' },
]

/** @param seeded what is there, as seed.mjs returns it */
export function adaptDocument(document, { ids, requests }) {
  addLinks(document)
  for (const [path, item] of Object.entries(document.paths)) {
    const { parameters: shared = [] } = item
    delete item.parameters
    for (const method of METHODS.filter((name) => item[name])) {
      const operation = item[method]
      const request = requests[`${method.toUpperCase()} ${path}`] ?? {}
      const examples = method === 'head' ? { ...firstKept(ids), ...request.parameters } : request.parameters
      operation.parameters = [...shared, ...(operation.parameters ?? [])]
        .map(asText)
        .map((parameter) => withKnown(parameter, ids[parameter.name]?.[useOf(method, path)]))
        .map((parameter) => withExample(parameter, examples?.[parameter.name]))
      if (request.body !== undefined) giveExample(operation.requestBody, request.body)
    }
  }
  // It is told where the service is.
  delete document.servers
}

/**
 * HEAD is tried less than others are (schemathesis.toml): what it is asked of first is there, whatever becomes of it after.
 * @returns an id for each parameter that takes one; those of a Flow, its Source and its objects belong together
 */
const firstKept = (ids) => Object.fromEntries(Object.entries(ids).map(([name, { kept }]) => [name, kept[0]]))

/** What an operation does to what it names: what has to be there for others is not to be taken away. */
function useOf(method, path) {
  if (method === 'put' && path.endsWith('/read_only')) return 'locked'
  if (method !== 'delete') return 'kept'
  return path.endsWith('/{name}') || !path.endsWith('}') ? 'changed' : 'gone'
}

/** Of the ids that are tried many are of what is there. */
function withKnown(parameter, known) {
  if (parameter.in !== 'path' || !known) return parameter
  return { ...parameter, schema: { anyOf: [{ enum: known }, parameter.schema] } }
}

function withExample({ examples, ...parameter }, example) {
  if (example !== undefined) return { ...parameter, example }
  return examples ? { ...parameter, examples } : parameter
}

/** In place of those of the document, whose ids are not there. */
function giveExample({ content }, example) {
  const json = content['application/json']
  delete json.examples
  json.example = example
}

/**
 * A list between commas is a text as it is sent. As a list, one empty item would be wrong, and yet be written
 * as the empty list is, which is right.
 */
function asText(parameter) {
  return parameter.explode === false ? { ...parameter, schema: { type: 'string' } } : parameter
}

/** Leads from what has an id to every operation of what it names, as far as the document has them. */
function addLinks(document) {
  for (const { id, method, path, status, at } of SOURCES) {
    const response = document.paths[path]?.[method]?.responses[status]
    if (!response) continue
    response.links = { ...response.links }
    for (const [target, item] of Object.entries(document.paths)) {
      if (!target.includes(`{${id}}`)) continue
      for (const { operationId } of Object.values(item).filter((operation) => operation.operationId)) {
        if (operationId === document.paths[path][method].operationId) continue
        response.links[operationId] = { operationId, parameters: { [`path.${id}`]: `$response.body${at}` } }
      }
    }
  }
}
