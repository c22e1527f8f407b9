import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { answerUnreadable } from './answer-unreadable.ts'

export type HttpListener = {
  readonly port: number
  /** Takes no more requests; resolves when those under way are answered, or `graceMs` is over. */
  drain(graceMs: number): Promise<void>
}

/** A client has this long to send its headers: one that is slower holds a connection for nothing. */
const HEADERS_TIMEOUT_MS = 20_000
/** Uploads of large objects over slow lines take their time; stalled ones are ended by the media router. */
const REQUEST_TIMEOUT_MS = 6 * 3600 * 1000
const KEEP_ALIVE_MS = 65_000

/** @throws where the address is taken or not ours */
export async function listen(app: RequestListener, host: string, port: number): Promise<HttpListener> {
  const server = createServer(
    {
      headersTimeout: HEADERS_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      keepAliveTimeout: KEEP_ALIVE_MS,
    },
    app,
  )
  server.on('clientError', answerUnreadable)
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen({ host, port, backlog: 1024 }, () => {
      server.off('error', reject)
      resolve()
    })
  })
  return {
    port: (server.address() as AddressInfo).port,
    drain: (graceMs) =>
      new Promise((resolve) => {
        const timer = setTimeout(() => server.closeAllConnections(), graceMs)
        server.close(() => {
          clearTimeout(timer)
          resolve()
        })
        server.closeIdleConnections()
      }),
  }
}
