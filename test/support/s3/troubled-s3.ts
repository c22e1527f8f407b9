import { once } from 'node:events'
import {
  createServer,
  type IncomingMessage,
  type Server,
  type ServerResponse,
  request as sendRequest,
} from 'node:http'
import type { AddressInfo } from 'node:net'
import type { RunningS3 } from './running-s3.ts'

export type S3Trouble =
  /** Each request is answered with this S3 error. */
  | { readonly status: number; readonly code: string }
  /** Each request is held for so long before it is passed on. */
  | { readonly slowMs: number }
  /** No request is answered while it lasts; then their connections are cut. */
  | 'silence'
  /** Nobody listens. */
  | 'refuses connections'

export type TroubledS3 = RunningS3 & {
  /** Requests that have met trouble so far, but for connections that were refused. */
  met(): number
  begin(trouble: S3Trouble): Promise<void>
  end(): Promise<void>
}

/** An S3 server that can be got at only through a proxy, which makes trouble when it is told to. */
export async function startTroubledS3(server: RunningS3): Promise<TroubledS3> {
  let trouble: S3Trouble | undefined
  let met = 0
  const proxy = createServer((request, response) => {
    if (trouble === undefined) return passOn(server.endpoint, request, response)
    met += 1
    if (typeof trouble === 'string') return
    if ('slowMs' in trouble) {
      setTimeout(() => passOn(server.endpoint, request, response), trouble.slowMs)
      return
    }
    answerError(request, response, trouble)
  })
  const port = await listen(proxy, 0)
  return {
    ...server,
    endpoint: `http://127.0.0.1:${port}`,
    met: () => met,
    begin: async (begun) => {
      trouble = begun
      if (begun === 'refuses connections') await close(proxy)
    },
    end: async () => {
      const ended = trouble
      trouble = undefined
      if (ended === 'refuses connections') await listen(proxy, port)
      if (ended === 'silence') proxy.closeAllConnections()
    },
    kill: async () => {
      if (proxy.listening) await close(proxy)
      await server.kill()
    },
  }
}

async function listen(server: Server, port: number): Promise<number> {
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

function close(server: Server): Promise<void> {
  server.closeAllConnections()
  return new Promise((resolve) => server.close(() => resolve()))
}

/** With its headers as they are: they are signed, the host's name among them. */
function passOn(endpoint: string, request: IncomingMessage, response: ServerResponse): void {
  const { method, headers } = request
  const forwarded = sendRequest(new URL(request.url ?? '/', endpoint), { method, headers }, (answer) => {
    response.writeHead(answer.statusCode ?? 500, answer.headers)
    answer.pipe(response)
  })
  forwarded.once('error', () => request.socket.destroy())
  request.pipe(forwarded)
}

function answerError(
  request: IncomingMessage,
  response: ServerResponse,
  { status, code }: { readonly status: number; readonly code: string },
): void {
  request.resume().once('end', () => {
    response.writeHead(status, { 'Content-Type': 'application/xml' })
    response.end(request.method === 'HEAD' ? undefined : `<Error><Code>${code}</Code></Error>`)
  })
}
