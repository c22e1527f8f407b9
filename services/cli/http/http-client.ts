import type { Readable } from 'node:stream'
import { Agent, type Dispatcher } from 'undici'
import { retryAfterMs } from '../../outbound/retry-after.ts'
import { HttpFailure, nameOf } from './http-failure.ts'

export type HttpRequest = {
  readonly method: 'GET' | 'PUT' | 'POST'
  readonly url: URL
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Readable
}

/** An answer whose body has not been read: read it, or `dump()` it, so that the connection can be used again. */
export type HttpAnswer = Pick<Dispatcher.ResponseData, 'statusCode' | 'headers' | 'body'> & {
  /** Where it came from, after redirects. */
  readonly url: URL
}

export type HttpClient = {
  /**
   * One try of one request. Redirects are followed for GET.
   * @throws HttpFailure for any answer but a success, and where there is none.
   */
  send(request: HttpRequest): Promise<HttpAnswer>
  close(): Promise<void>
}

const CONNECT_TIMEOUT_MS = 10_000
const MAX_REDIRECTS = 5
const REDIRECTS = [301, 302, 303, 307, 308]
/** A server that sends this long nothing has gone. Storage may take its time over an upload. */
const SILENCE_TIMEOUT_MS = 60_000
const MAX_SUMMARY_CHARACTERS = 500

export function createHttpClient(signal: AbortSignal, connections: number): HttpClient {
  const agent = new Agent({
    connections,
    connect: { timeout: CONNECT_TIMEOUT_MS },
    headersTimeout: SILENCE_TIMEOUT_MS,
    bodyTimeout: SILENCE_TIMEOUT_MS,
  })

  const sendOnce = async ({ method, url, headers = {}, body }: HttpRequest): Promise<HttpAnswer> => {
    const options = { method, headers, body: body ?? null, signal, origin: url.origin, path: pathOf(url) }
    try {
      return { ...pick(await agent.request(options)), url }
    } catch (cause) {
      throw unanswered(nameOf(method, url), cause)
    }
  }

  return {
    send: async (request) => {
      let current = request
      let answer = await sendOnce(current)
      for (let redirects = 0; redirects < MAX_REDIRECTS; redirects += 1) {
        const next = redirectedFrom(current, answer)
        if (!next) break
        await answer.body.dump()
        current = next
        answer = await sendOnce(current)
      }
      if (answer.statusCode >= 200 && answer.statusCode < 300) return answer
      throw await refused(nameOf(current.method, current.url), answer)
    },
    close: () => agent.destroy(),
  }
}

/** A header's text; undefined where it was not sent. */
export function headerOf({ headers }: Pick<HttpAnswer, 'headers'>, name: string): string | undefined {
  const value = headers[name]
  return Array.isArray(value) ? value.join(', ') : value
}

/** A connection that was lost: what it carried can be asked for again. */
export function unanswered(request: string, cause: unknown): HttpFailure {
  const reason = cause instanceof Error ? cause.message || reasonOf(cause) : String(cause)
  return new HttpFailure(`${request}: ${reason}`, { status: 0, isPassing: true, cause })
}

function pick({ statusCode, headers, body }: Dispatcher.ResponseData): Omit<HttpAnswer, 'url'> {
  return { statusCode, headers, body }
}

/** Where to go on reading; another origin is not told the credentials. */
function redirectedFrom(request: HttpRequest, answer: HttpAnswer): HttpRequest | undefined {
  const location = headerOf(answer, 'location')
  const isRedirect = request.method === 'GET' && REDIRECTS.includes(answer.statusCode)
  if (!isRedirect || location === undefined || !URL.canParse(location, request.url.href)) return undefined
  const url = new URL(location, request.url)
  if (url.origin === request.url.origin) return { ...request, url }
  const { authorization: _, ...headers } = request.headers ?? {}
  return { ...request, url, headers }
}

function pathOf(url: URL): string {
  return `${url.pathname}${url.search}`
}

/** Failing to connect to several addresses gives an error without a message. */
function reasonOf(error: Error): string {
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name
}

async function refused(request: string, answer: HttpAnswer): Promise<HttpFailure> {
  const { statusCode } = answer
  const summary = await summaryOf(answer)
  return new HttpFailure(`${request}: ${statusCode}${summary && ` ${summary}`}`, {
    status: statusCode,
    isPassing: statusCode === 408 || statusCode === 429 || statusCode >= 500,
    retryAfterMs: retryAfterMs(headerOf(answer, 'retry-after'), Date.now()),
  })
}

/** The `summary` of a TAMS error, or else the beginning of a text. */
async function summaryOf({ body }: HttpAnswer): Promise<string> {
  const text = await body.text().catch(() => '')
  return readSummary(text).slice(0, MAX_SUMMARY_CHARACTERS)
}

function readSummary(text: string): string {
  try {
    const error: unknown = JSON.parse(text)
    const isTams = typeof error === 'object' && error !== null && 'summary' in error
    return isTams && typeof error.summary === 'string' ? error.summary : ''
  } catch {
    return text.startsWith('<') ? '' : text.trim()
  }
}
