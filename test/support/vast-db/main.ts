import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type RecordedRequest, recordedRequest } from './recorded-request.ts'
import { startVastDb } from './vast-db-server.ts'

// A server of its own process: prints where it is as one line of JSON, and runs until it is ended.
//   VAST_DB_PORT      a free one by default
//   VAST_DB_SETTINGS  options of startVastDb, as JSON
// The address `control` takes what no client of a database may say:
//   PUT /operation    a name for the requests that follow
//   POST /faults      {"fault": …, "target": …}, see http/faults.ts
//   POST /snapshots   {"name": …}
//   GET /requests     those so far, by operation: none before the first is named, for telling them costs far more
//                     than answering them
const { VAST_DB_PORT = '0', VAST_DB_SETTINGS = '{}' } = process.env
const operations: { operation: string; requests: RecordedRequest[] }[] = []
const server = await startVastDb(
  {
    ...JSON.parse(VAST_DB_SETTINGS),
    onRequest: (request, status) => {
      const operation = operations.at(-1)
      if (operation && status === 200) operation.requests.push(recordedRequest(request))
    },
  },
  Number(VAST_DB_PORT),
)

const control = createServer(async (request, response) => {
  const body = await textOf(request)
  if (request.url === '/operation') operations.push({ operation: body, requests: [] })
  if (request.url === '/faults') server.faults.add(JSON.parse(body).fault, JSON.parse(body).target)
  if (request.url === '/snapshots') server.takeSnapshot(server.bucket, JSON.parse(body).name)
  response.end(JSON.stringify(request.url === '/requests' ? operations : {}))
})
control.listen(0, '127.0.0.1')
await once(control, 'listening')

const { url, account, bucket } = server
const controlUrl = `http://127.0.0.1:${(control.address() as AddressInfo).port}`
console.log(JSON.stringify({ url, control: controlUrl, bucket, ...account }))

async function textOf(request: IncomingMessage): Promise<string> {
  let text = ''
  for await (const chunk of request) text += chunk
  return text
}
