import { createServer, type IncomingMessage, type ServerResponse, request as sendRequest } from 'node:http'
import type { AddressInfo } from 'node:net'

export type Fault =
  /** Answers 503 instead of passing the request on. */
  | 'unavailable'
  /** Passes the request on, and loses the answer. */
  | 'lost answer'
  /** Cuts the connection without passing anything on. */
  | 'cut'

export type FaultyProxy = {
  readonly url: string
  /** Faults that were made so far. */
  readonly faults: readonly Fault[]
  /** Where requests are passed on to. */
  target(url: string): void
  close(): Promise<void>
}

/** A real proxy in front of a service, which lets some requests fail: those that `fault` says, by their number. */
export async function startFaultyProxy(
  fault: (request: IncomingMessage, count: number) => Fault | undefined,
): Promise<FaultyProxy> {
  let target = ''
  let count = 0
  const faults: Fault[] = []

  const server = createServer((request, response) => {
    const failing = fault(request, count)
    count += 1
    if (failing) faults.push(failing)
    if (failing === 'cut') return void request.socket.destroy()
    if (failing === 'unavailable') {
      request.resume().once('end', () => response.writeHead(503).end())
      return
    }
    passOn(new URL(request.url ?? '/', target), request, response, failing === 'lost answer')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    faults,
    target: (url) => {
      target = url
    },
    close: () => {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}

function passOn(url: URL, request: IncomingMessage, response: ServerResponse, losesAnswer: boolean): void {
  const { method, headers } = request
  const forwarded = sendRequest(url, { method, headers: { ...headers, host: url.host } }, (answer) => {
    if (losesAnswer) {
      answer.resume().once('end', () => request.socket.destroy())
      return
    }
    response.writeHead(answer.statusCode ?? 500, answer.headers)
    answer.pipe(response)
  })
  forwarded.once('error', () => request.socket.destroy())
  request.pipe(forwarded)
}
