// Neither document says which answers have the ids that other operations want.
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

/** Leads from what has an id to every operation of what it names, as far as the document has them. */
export function addLinks(document) {
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
