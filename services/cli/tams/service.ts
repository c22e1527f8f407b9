import { Failure } from '../failure.ts'
import {
  type HttpAnswer,
  type HttpClient,
  type HttpRequest,
  headerOf,
  unanswered,
} from '../http/http-client.ts'
import { HttpFailure, nameOf } from '../http/http-failure.ts'
import { type RetryPolicy, withRetries } from '../http/with-retries.ts'

/** A TAMS service, as its clients see it. */
export type Service = {
  /** Ends in `/`. */
  readonly url: URL
  /** @returns undefined where there is no such resource (404). */
  find(path: string): Promise<unknown>
  /** Sends JSON. @returns the JSON of the answer; undefined where it has none. */
  write(method: 'PUT' | 'POST', path: string, body: unknown): Promise<unknown>
  /** The items of a list, page by page (TAMS 8.2, "Paging"). */
  pages(path: string): AsyncGenerator<readonly unknown[]>
  /**
   * What to send with a request for media: a URL that is not presigned takes the service's credentials if it is
   * of the service's origin, and of no other (TAMS 8.2, POST storage).
   */
  credentialsFor(url: URL, presigned: boolean): Readonly<Record<string, string>>
  /** Sends a request, and reads its answer; both again after passing failures. */
  exchange<T>(request: RepeatableRequest, read: (answer: HttpAnswer) => Promise<T>): Promise<T>
}

/** `body` gives a fresh one for each try. */
export type RepeatableRequest = Omit<HttpRequest, 'body'> & {
  readonly body?: () => NonNullable<HttpRequest['body']>
}

export type ServiceOptions = {
  readonly url: URL
  /** The header of that name; none where nobody has to say who they are. */
  readonly authorization: string | undefined
  readonly http: HttpClient
  readonly retries: RetryPolicy
  readonly signal: AbortSignal
}

export function createService({ url, authorization, http, retries, signal }: ServiceOptions): Service {
  const base = new URL(url.href.endsWith('/') ? url.href : `${url.href}/`)
  const credentials: Readonly<Record<string, string>> = authorization === undefined ? {} : { authorization }
  const credentialsFor = (target: URL, presigned: boolean) =>
    target.origin === base.origin && !presigned ? credentials : {}

  const exchange: Service['exchange'] = ({ body, ...request }, read) =>
    withRetries(retries, signal, async () => {
      const content = body?.()
      const answer = await http.send(content === undefined ? request : { ...request, body: content })
      try {
        return await read(answer)
      } catch (error) {
        throw error instanceof Failure ? error : unanswered(nameOf(request.method, request.url), error)
      }
    })
  const get = <T>(target: URL, read: (answer: HttpAnswer) => Promise<T>) => {
    const headers = { accept: 'application/json', ...credentialsFor(target, false) }
    return exchange({ method: 'GET', url: target, headers }, read)
  }

  return {
    url: base,
    credentialsFor,
    exchange,
    find: async (path) => {
      try {
        return await get(new URL(path, base), jsonOf)
      } catch (error) {
        if (error instanceof HttpFailure && error.status === 404) return undefined
        throw error
      }
    },
    write: async (method, path, content) => {
      const headers = {
        'content-type': 'application/json',
        // The same for every try: a service that knows the header carries the request out once.
        'idempotency-key': crypto.randomUUID(),
        ...credentials,
      }
      const text = JSON.stringify(content)
      return exchange({ method, url: new URL(path, base), headers, body: () => text }, jsonOf)
    },
    pages: async function* (path) {
      for (let next: URL | undefined = new URL(path, base); next; ) {
        const current: URL = next
        const page = await get(current, (answer) => readPage(answer, current))
        yield page.items
        next = page.next
      }
    },
  }
}

async function readPage(
  answer: HttpAnswer,
  current: URL,
): Promise<{ items: unknown[]; next: URL | undefined }> {
  const next = nextPage(answer, current)
  const items = await jsonOf(answer)
  if (!Array.isArray(items)) throw new Failure(`${current.pathname} is no list`)
  return { items, next }
}

async function jsonOf({ body }: HttpAnswer): Promise<unknown> {
  const text = await body.text()
  if (text === '') return undefined
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new Failure('the answer is no JSON: is this a TAMS service?', { cause })
  }
}

/** The target of `rel="next"` (RFC 8288), which may be relative. */
function nextPage(answer: HttpAnswer, current: URL): URL | undefined {
  const links = headerOf(answer, 'link') ?? ''
  for (const [, target = '', parameters = ''] of links.matchAll(/<([^>]*)>([^<]*)/g)) {
    if (/;\s*rel="?next"?(?![\w-])/i.test(parameters)) return new URL(target, current)
  }
  return undefined
}
