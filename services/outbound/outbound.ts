import type { Readable } from 'node:stream'
import { LRUCache } from 'lru-cache'
import { Agent, type Dispatcher } from 'undici'
import { boundedBody } from './bounded-body.ts'
import { guardedConnect, type Resolve } from './guarded-connect.ts'
import { OutboundFailed, OutboundRefused } from './outbound-errors.ts'
import type { OutboundPolicy } from './outbound-policy.ts'
import { type OutboundPost, type PostAnswer, postOnce, type Target } from './post-once.ts'
import { refuseUrl } from './refuse-url.ts'
import { timeLimit } from './time-limit.ts'

export type OutboundRequest = {
  readonly method: 'GET' | 'HEAD' | 'POST'
  readonly url: string
  /** Sent to the URL's own server, not to one it redirects to. */
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Buffer
  /** How many redirects are followed, each looked at as the URL is. Default: none, a redirect is the answer. */
  readonly maxRedirects?: number
  /** Of the answer's body. More is OutboundRefused (`too_large`). */
  readonly maxBytes?: number
  /** For all of it, the body too. Default: as long as something comes. */
  readonly totalTimeoutMs?: number
  readonly signal?: AbortSignal
}

/** Its body is read, or destroyed. It fails with OutboundFailed or OutboundRefused. */
export type OutboundAnswer = {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: Readable
}

/** HTTP to where users say: never to a place that only this machine can reach. */
export type Outbound = {
  /** One try, whatever the status of the answer. @throws OutboundRefused, OutboundFailed */
  send(request: OutboundRequest): Promise<OutboundAnswer>
  /** The same where only the status counts: for who sends many. Redirects are not followed. */
  post(request: OutboundPost): Promise<PostAnswer>
  /** Ends what is under way. */
  close(): Promise<void>
}

export type OutboundOptions = {
  readonly policy: OutboundPolicy
  /** Default: the resolver of this machine. */
  readonly resolve?: Resolve
  readonly connectTimeoutMs?: number
  /** Without a header, or without more of a body. */
  readonly silenceTimeoutMs?: number
  readonly connectionsPerOrigin?: number
  /** Servers that are connected to at a time: one more is OutboundFailed. */
  readonly maxOrigins?: number
}

const CONNECT_TIMEOUT_MS = 10_000
const SILENCE_TIMEOUT_MS = 30_000
const CONNECTIONS_PER_ORIGIN = 8
const MAX_ORIGINS = 256
const KEEP_ALIVE_MS = 10_000
const MAX_HEADER_BYTES = 16 * 1024
const REDIRECTS = [301, 302, 303, 307, 308]
/** URLs whose parts are remembered. */
const MAX_TARGETS = 1_000

export function openOutbound(options: OutboundOptions): Outbound {
  const { policy, connectTimeoutMs = CONNECT_TIMEOUT_MS, silenceTimeoutMs = SILENCE_TIMEOUT_MS } = options
  const agent = new Agent({
    connect: guardedConnect(policy, connectTimeoutMs, options.resolve),
    connections: options.connectionsPerOrigin ?? CONNECTIONS_PER_ORIGIN,
    maxOrigins: options.maxOrigins ?? MAX_ORIGINS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    keepAliveMaxTimeout: KEEP_ALIVE_MS,
    headersTimeout: silenceTimeoutMs,
    bodyTimeout: silenceTimeoutMs,
    maxHeaderSize: MAX_HEADER_BYTES,
  })

  /** What a URL's text says of where it leads is always the same; connections are judged one by one. */
  const targets = new LRUCache<string, Target>({ max: MAX_TARGETS })
  const targetOf = (url: string): Target => {
    const known = targets.get(url)
    if (known) return known
    const reason = refuseUrl(url, policy)
    const target = reason ? new OutboundRefused(reason) : partsOf(url)
    targets.set(url, target)
    return target
  }

  const sendOnce = async (request: OutboundRequest, signal: AbortSignal) => {
    const target = targetOf(request.url)
    if (target instanceof OutboundRefused) throw target
    const { method, headers = {}, body = null } = request
    try {
      return await agent.request({ method, headers, body, signal, ...target })
    } catch (error) {
      throw outboundError(error)
    }
  }

  const follow = async (request: OutboundRequest, signal: AbortSignal): Promise<OutboundAnswer> => {
    let current = request
    for (let left = request.maxRedirects ?? 0; ; left -= 1) {
      const answer = await sendOnce(current, signal)
      const location = request.maxRedirects === undefined ? undefined : locationOf(current, answer)
      if (location === undefined) return toAnswer(answer, request.maxBytes)
      answer.body.on('error', ignore).destroy()
      if (left === 0) throw new OutboundRefused('too_many_redirects')
      current = movedTo(current, location)
    }
  }

  return {
    send: async (request) => {
      const limit = timeLimit(request.totalTimeoutMs, request.signal)
      try {
        const answer = await follow(request, limit.signal)
        answer.body.once('close', limit.end)
        return answer
      } catch (error) {
        limit.end()
        throw error
      }
    },
    post: async (request) => {
      const target = targetOf(request.url)
      if (target instanceof OutboundRefused) throw target
      try {
        return await postOnce(agent, target, request)
      } catch (error) {
        throw outboundError(error)
      }
    },
    close: () => agent.destroy(),
  }
}

function partsOf(url: string): Target {
  const { origin, pathname, search } = new URL(url)
  return { origin, path: pathname + search }
}

function toAnswer(answer: Dispatcher.ResponseData, maxBytes = Number.POSITIVE_INFINITY): OutboundAnswer {
  const { statusCode: status, headers, body } = answer
  if (Number(headers['content-length'] ?? 0) <= maxBytes) {
    return { status, headers, body: boundedBody(body, maxBytes, outboundError) }
  }
  body.on('error', ignore).destroy()
  throw new OutboundRefused('too_large')
}

function locationOf({ url, method }: OutboundRequest, answer: Dispatcher.ResponseData): string | undefined {
  const { location } = answer.headers
  if (method === 'POST' || !REDIRECTS.includes(answer.statusCode) || typeof location !== 'string') {
    return undefined
  }
  return URL.canParse(location, url) ? new URL(location, url).href : undefined
}

function movedTo({ headers, ...request }: OutboundRequest, url: string): OutboundRequest {
  const isSameServer = new URL(url).origin === new URL(request.url).origin
  return { ...request, url, ...(isSameServer && headers && { headers }) }
}

function outboundError(error: unknown): Error {
  if (error instanceof OutboundRefused) return error
  const told = error instanceof Error ? error : new Error(String(error))
  // Failing to connect to several addresses gives an error without a message.
  const reason = told.message || ('code' in told && String(told.code)) || told.name
  return new OutboundFailed(reason, { cause: error })
}

const ignore = () => {}
