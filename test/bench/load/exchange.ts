import type { Client } from 'undici'

/** A request, and the only answer to it that counts. */
export type Exchange = {
  readonly method: 'GET' | 'POST' | 'PUT'
  /** With its query. */
  readonly path: string
  /** Beside that of the body. */
  readonly headers?: Readonly<Record<string, string>>
  /** JSON text. */
  readonly body?: string
  readonly expected: {
    readonly status: number
    /** Length of the answer's body, where it is known: a short answer is no answer. */
    readonly bytes?: number
  }
}

/** A server answered fast, but not what it should have: whatever was measured is worth nothing. */
export class WrongAnswer extends Error {
  override readonly name = 'WrongAnswer'
}

const JSON_BODY = { 'content-type': 'application/json' }
const SHOWN_CHARACTERS = 500

/**
 * Makes one exchange on a connection, dropping the body as it comes.
 * @throws WrongAnswer
 */
export function exchangeOn(
  client: Client,
  { method, path, headers, body, expected }: Exchange,
): Promise<void> {
  return new Promise((resolve, reject) => {
    let status = 0
    let bytes = 0
    let shown = ''
    const request = {
      method,
      path,
      body: body ?? null,
      headers: body === undefined ? (headers ?? null) : { ...JSON_BODY, ...headers },
    }
    client.dispatch(request, {
      onRequestStart: () => undefined,
      onResponseStart: (_controller, statusCode) => {
        status = statusCode
      },
      onResponseData: (_controller, chunk) => {
        bytes += chunk.length
        if (status !== expected.status && shown.length < SHOWN_CHARACTERS) shown += chunk.toString('utf8')
      },
      onResponseEnd: () => {
        if (status === expected.status && (expected.bytes ?? bytes) === bytes) return resolve()
        const asked = `${method} ${path.slice(0, SHOWN_CHARACTERS)}`
        const answered = `${status} with ${bytes} bytes ${shown.slice(0, SHOWN_CHARACTERS)}`
        reject(new WrongAnswer(`${asked}: expected ${JSON.stringify(expected)}, got ${answered}`))
      },
      onResponseError: (_controller, error) => reject(error),
    })
  })
}
