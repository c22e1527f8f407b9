import { request as httpRequest, type IncomingHttpHeaders, type IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { VastDbError } from '../vast-db-error.ts'
import type { Endpoint } from './endpoints.ts'

export type Exchange = {
  readonly method: string
  /** Path and query. */
  readonly target: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array | undefined
  readonly timeouts: Timeouts
  readonly signal: AbortSignal | undefined
}

export type Timeouts = {
  readonly connectMs: number
  /** Between two signs of life of an answer, the first of them included. */
  readonly idleMs: number
}

export type Answer = {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  /** Read to its end or destroyed by whoever gets it. */
  readonly body: IncomingMessage
}

/**
 * One request to one address, without a second try.
 * @throws VastDbError `unreachable` (not sent: there was no connection), `interrupted`, `timed_out`, `aborted`
 */
export function exchange(endpoint: Endpoint, request: Exchange): Promise<Answer> {
  const { method, target, headers, body, timeouts, signal } = request
  const told = { request: `${method} ${target}`, endpoint: endpoint.baseUrl }
  const send = endpoint.url.protocol === 'https:' ? httpsRequest : httpRequest
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(new VastDbError('aborted', 'the request was given up', told))
    let connected = false
    const outgoing = send({
      agent: endpoint.agent,
      hostname: endpoint.url.hostname.replace(/^\[|\]$/g, ''),
      port: endpoint.url.port || undefined,
      method,
      path: target,
      // Node adds no length to GET and DELETE by itself.
      headers: { ...headers, host: endpoint.host, ...lengthOf(method, body) },
    })
    const giveUp = (error: VastDbError) => outgoing.destroy(error)
    const abort = () => giveUp(new VastDbError('aborted', 'the request was given up', told))
    const late = (kind: 'unreachable' | 'timed_out', ms: number) =>
      setTimeout(() => giveUp(new VastDbError(kind, `no sign of life for ${ms} ms`, told)), ms)
    let timer: NodeJS.Timeout | undefined
    const end = () => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', abort)
    }
    signal?.addEventListener('abort', abort)
    outgoing.on('socket', (socket) => {
      const ready = () => {
        connected = true
        clearTimeout(timer)
        timer = late('timed_out', timeouts.idleMs)
      }
      if (outgoing.reusedSocket) return ready()
      // Waiting for a connection of the pool is not the server's fault.
      timer = late('unreachable', timeouts.connectMs)
      socket.once(endpoint.url.protocol === 'https:' ? 'secureConnect' : 'connect', ready)
    })
    outgoing.on('response', (incoming) => {
      end()
      resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, body: incoming })
    })
    outgoing.on('error', (cause) => {
      end()
      if (cause instanceof VastDbError) return reject(cause)
      const kind = connected ? 'interrupted' : 'unreachable'
      reject(new VastDbError(kind, `no answer: ${cause.message}`, { ...told, cause }))
    })
    outgoing.end(body)
  })
}

function lengthOf(method: string, body: Uint8Array | undefined): Record<string, string> {
  if (body) return { 'content-length': String(body.byteLength) }
  return method === 'GET' || method === 'HEAD' ? {} : { 'content-length': '0' }
}

/**
 * The body of an answer, piece by piece. Time counts only while more is being waited for: whoever reads slowly
 * is not late.
 * @throws VastDbError `interrupted`, `timed_out`, `aborted`
 */
export async function* chunksOf(
  { body }: Answer,
  {
    idleMs,
    signal,
    ...told
  }: { idleMs: number; signal?: AbortSignal | undefined; request: string; endpoint: string },
): AsyncGenerator<Uint8Array, void, undefined> {
  const giveUp = (error: VastDbError) => body.destroy(error)
  const abort = () => giveUp(new VastDbError('aborted', 'the request was given up', told))
  if (signal?.aborted) abort()
  signal?.addEventListener('abort', abort)
  const chunks = body[Symbol.asyncIterator]()
  try {
    for (;;) {
      const late = new VastDbError('timed_out', `no sign of life for ${idleMs} ms`, told)
      const timer = setTimeout(() => giveUp(late), idleMs)
      const next = await chunks.next().finally(() => clearTimeout(timer))
      if (next.done) return
      yield next.value
    }
  } catch (cause) {
    if (cause instanceof VastDbError) throw cause
    throw new VastDbError('interrupted', 'the answer broke off', { ...told, cause })
  } finally {
    signal?.removeEventListener('abort', abort)
    body.destroy()
  }
}
