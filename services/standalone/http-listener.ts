import { createServer, type Server, type ServerOptions } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { HttpApp } from '../api/http/http-app.ts'
import type { Logger } from '../observability/logger.ts'
import { answerUnreadable } from './answer-unreadable.ts'
import { readTls, renewTls, type TlsFiles } from './tls-files.ts'

export type HttpListener = {
  readonly port: number
  /** Takes no more requests; resolves when those under way are answered, or `graceMs` is over. */
  drain(graceMs: number): Promise<void>
}

export type ListenOptions = {
  readonly host: string
  readonly port: number
  /** None: http. They are read again when they change. */
  readonly tls: TlsFiles | undefined
  readonly logger: Logger
}

const LIMITS: ServerOptions = {
  /** A client has this long to send its headers: one that is slower holds a connection for nothing. */
  headersTimeout: 20_000,
  /** Uploads of large objects over slow lines take their time; the media router ends those that stall. */
  requestTimeout: 6 * 3600 * 1000,
  /** Longer than load balancers keep theirs: they close first, and never send into a connection that closes. */
  keepAliveTimeout: 65_000,
  /** Bytes of the URL and all headers. Tokens with many groups have a few thousand. */
  maxHeaderSize: 16 * 1024,
}

/** Of a client that connects, and does not go on to speak TLS. */
const HANDSHAKE_TIMEOUT_MS = 10_000

/** @throws where the address is taken or not ours; InvalidConfig where the files of TLS cannot be used */
export async function listen(
  { listener, messages }: HttpApp,
  { host, port, tls, logger }: ListenOptions,
): Promise<HttpListener> {
  const options = { ...LIMITS, ...messages }
  const secure =
    tls &&
    createSecureServer({ ...options, ...readTls(tls), handshakeTimeout: HANDSHAKE_TIMEOUT_MS }, listener)
  const server: Server = secure ?? createServer(options, listener)
  server.on('clientError', answerUnreadable)
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen({ host, port, backlog: 1024 }, () => {
      server.off('error', reject)
      resolve()
    })
  })
  const unwatch = secure && tls && renewTls(secure, tls, logger)
  return {
    port: (server.address() as AddressInfo).port,
    drain: (graceMs) =>
      new Promise((resolve) => {
        unwatch?.()
        const timer = setTimeout(() => server.closeAllConnections(), graceMs)
        server.close(() => {
          clearTimeout(timer)
          resolve()
        })
        server.closeIdleConnections()
      }),
  }
}
