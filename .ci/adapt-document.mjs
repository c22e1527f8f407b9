// What a tool has to know of a document beside what it says, whichever document it is.

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

export function adaptDocument(document) {
  addLinks(document)
  for (const item of Object.values(document.paths)) {
    for (const { parameters } of Object.values(item)) parameters?.forEach(asText)
  }
  // It is told where the service is.
  delete document.servers
}

/**
 * A list between commas is a text as it is sent. As a list, one empty item would be wrong, and yet be written
 * as the empty list is, which is right.
 */
function asText(parameter) {
  if (parameter.explode === false) parameter.schema = { type: 'string' }
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
