import type { AddressInfo } from 'node:net'
import express, { type Request, type Response } from 'express'

/**
 * What Express 5 costs by itself: it reads JSON bodies and says 201, and answers a GET with bytes it was given
 * for that URL. It keeps nothing, checks nothing and hashes nothing. Started by bare-process.ts.
 */

export type BareMessage = { readonly url: string; readonly body: string }

const MAX_BODY_BYTES = 8 * 1024 * 1024
/** As the service has it: no connection is closed between two rounds. */
const KEEP_ALIVE_MS = 65_000

const bodies = new Map<string, Buffer>()
const app = express()
app.disable('x-powered-by')
app.disable('etag')
app.set('query parser', 'simple')

app.post('/flows/:flowId/segments', express.json({ limit: MAX_BODY_BYTES }), (_request, response) => {
  response.statusCode = 201
  response.end()
})
app.get('/flows/:flowId/segments', sendStored)
app.get('/flows/:flowId', sendStored)
app.get('/flows', sendStored)
app.get('/sources/:sourceId', sendStored)
app.get('/sources', sendStored)

function sendStored(request: Request, response: Response): void {
  const body = bodies.get(request.url)
  if (!body) {
    response.statusCode = 404
    response.end()
    return
  }
  response.setHeader('Content-Type', 'application/json')
  response.end(body)
}

process.on('message', ({ url, body }: BareMessage) => {
  bodies.set(url, Buffer.from(body))
  process.send?.({ stored: url })
})
process.once('disconnect', () => process.exit())

const server = app.listen(0, '127.0.0.1', () => {
  process.send?.({ port: (server.address() as AddressInfo).port })
})
server.keepAliveTimeout = KEEP_ALIVE_MS
