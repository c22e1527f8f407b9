import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gunzipSync } from 'node:zlib'
import { decodeSpans, type ReceivedSpan } from './decode-spans.ts'

export type OtlpReceiver = {
  readonly url: string
  readonly spans: readonly ReceivedSpan[]
  readonly headers: readonly IncomingHttpHeaders[]
  readonly bodies: readonly Buffer[]
  close(): Promise<void>
}

/** A real HTTP server that takes traces as OTLP has them: protobuf. */
export async function otlpReceiver(): Promise<OtlpReceiver> {
  const spans: ReceivedSpan[] = []
  const headers: IncomingHttpHeaders[] = []
  const bodies: Buffer[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk) => chunks.push(chunk))
    request.on('end', () => {
      const isTraces = request.method === 'POST' && request.url === '/v1/traces'
      if (!isTraces || request.headers['content-type'] !== 'application/x-protobuf') {
        response.writeHead(400).end()
        return
      }
      const sent = Buffer.concat(chunks)
      const body = request.headers['content-encoding'] === 'gzip' ? gunzipSync(sent) : sent
      headers.push(request.headers)
      bodies.push(body)
      spans.push(...decodeSpans(body))
      response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end()
    })
    request.on('error', () => undefined)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spans,
    headers,
    bodies,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
