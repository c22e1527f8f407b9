import type { IncomingHttpHeaders } from 'node:http'
import { isVastDbError, VastDbError } from '../vast-db-error.ts'
import type { Endpoint, Endpoints } from './endpoints.ts'
import { errorOfAnswer } from './error-of-answer.ts'
import { type Answer, chunksOf, exchange, type Timeouts } from './exchange.ts'
import { mayRetry, patience, type RetryPolicy } from './retry.ts'
import { payloadHash, type SignRequest } from './sign-request.ts'

export type Call = {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE'
  readonly path: string
  /** The command word and what follows, as in the URL. */
  readonly query: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Uint8Array | undefined
  /** Carrying it out twice is as good as once. Default: whether it is a GET or a HEAD. */
  readonly repeatable?: boolean
  /** Any status will do. */
  readonly anyStatus?: boolean
  /** Which of the healthy addresses: calls with different turns are spread. Default: the first. */
  readonly turn?: number
  readonly signal?: AbortSignal | undefined
}

export type Reply = { readonly headers: IncomingHttpHeaders; readonly body: Uint8Array }
export type StreamedReply = {
  readonly headers: IncomingHttpHeaders
  readonly chunks: AsyncGenerator<Uint8Array>
}

export type Transport = {
  /** The whole answer, after as many tries as are safe. */
  send(call: Call): Promise<Reply>
  /** One try, and an answer that is read as it comes. Which try may follow is the reader's to know. */
  stream(call: Call): Promise<StreamedReply>
  readonly retries: RetryPolicy
  readonly endpoints: Endpoints
}

export type TransportOptions = {
  readonly endpoints: Endpoints
  readonly sign: SignRequest
  readonly timeouts: Timeouts
  readonly retries: RetryPolicy
  readonly userAgent: string
}

/** Of an answer that is not a query's: lists of ten thousand columns have a megabyte. */
const MAX_REPLY_BYTES = 64 * 1024 * 1024

export function transport(options: TransportOptions): Transport {
  const { endpoints, retries } = options

  async function send(call: Call): Promise<Reply> {
    const payload = await payloadHash(call.body)
    const repeatable = call.repeatable ?? (call.method === 'GET' || call.method === 'HEAD')
    const tries = patience(retries, call.signal)
    for (;;) {
      const endpoint = endpoints.pick(call.turn)
      try {
        return await tried(endpoint, call, payload)
      } catch (error) {
        if (!mayRetry(error, repeatable)) throw error
        await tries.next(error, !isVastDbError(error, 'slow_down') && endpoints.hasOther(endpoint))
      }
    }
  }

  async function tried(endpoint: Endpoint, call: Call, payload: string): Promise<Reply> {
    const { answer, told } = await ask(endpoint, call, payload)
    return watched(endpoint, async () => {
      const chunks = chunksOf(answer, { ...told, idleMs: options.timeouts.idleMs, signal: call.signal })
      const body = await joined(chunks, told)
      if (answer.status !== 200 && !call.anyStatus)
        throw errorOfAnswer(answer.status, Buffer.from(body).toString(), told)
      return { headers: answer.headers, body }
    })
  }

  async function ask(endpoint: Endpoint, call: Call, payload: string) {
    const target = call.query === '' ? call.path : `${call.path}?${call.query}`
    const told = { request: `${call.method} ${target}`, endpoint: endpoint.baseUrl }
    const signed = options.sign({ ...call, host: endpoint.host, payload }, new Date())
    const headers = { 'user-agent': options.userAgent, ...call.headers, ...signed }
    const { method, body, signal } = call
    const { timeouts } = options
    const answer: Answer = await watched(endpoint, () =>
      exchange(endpoint, { method, target, headers, body, timeouts, signal }),
    )
    endpoints.answered(endpoint)
    return { answer, told }
  }

  /** An address that does not answer, or stops in the middle, is left alone for a while. */
  async function watched<T>(endpoint: Endpoint, work: () => Promise<T>): Promise<T> {
    try {
      return await work()
    } catch (error) {
      if (isVastDbError(error, 'unreachable', 'interrupted', 'timed_out'))
        endpoints.failed(endpoint, error.message)
      throw error
    }
  }

  async function stream(call: Call): Promise<StreamedReply> {
    const endpoint = endpoints.pick(call.turn)
    const { answer, told } = await ask(endpoint, call, await payloadHash(call.body))
    const chunks = chunksOf(answer, { ...told, idleMs: options.timeouts.idleMs, signal: call.signal })
    if (answer.status === 200) return { headers: answer.headers, chunks: watchedChunks(endpoint, chunks) }
    throw errorOfAnswer(answer.status, Buffer.from(await joined(chunks, told)).toString(), told)
  }

  async function* watchedChunks(endpoint: Endpoint, chunks: AsyncGenerator<Uint8Array>) {
    try {
      yield* chunks
    } catch (error) {
      if (isVastDbError(error, 'interrupted', 'timed_out')) endpoints.failed(endpoint, error.message)
      throw error
    }
  }

  return { send, stream, retries, endpoints }
}

async function joined(chunks: AsyncIterable<Uint8Array>, told: { request: string; endpoint: string }) {
  const pieces: Uint8Array[] = []
  let length = 0
  for await (const piece of chunks) {
    length += piece.byteLength
    if (length > MAX_REPLY_BYTES) throw new VastDbError('protocol', 'the answer is too large', told)
    pieces.push(piece)
  }
  // A copy of its own, which begins where 64-bit numbers may.
  const body = new Uint8Array(length)
  let at = 0
  for (const piece of pieces) {
    body.set(piece, at)
    at += piece.byteLength
  }
  return body
}
