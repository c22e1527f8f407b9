import type { Response } from 'express'

/** What an operation's handler answers with. */
export type Answer = {
  readonly status: number
  /** The body as JSON text; none for an answer without one. */
  readonly json?: string
  readonly headers?: Readonly<Record<string, string>>
}

export const answerJson = (
  status: number,
  body: unknown,
  headers?: Readonly<Record<string, string>>,
): Answer => ({
  status,
  json: JSON.stringify(body),
  ...(headers && { headers }),
})

export const answerEmpty = (status: number, headers?: Readonly<Record<string, string>>): Answer => ({
  status,
  ...(headers && { headers }),
})

/** Sends an answer whole; to a HEAD, its headers. */
export function send(response: Response, { status, json, headers }: Answer): void {
  response.statusCode = status
  for (const name in headers) response.setHeader(name, headers[name]!)
  if (json === undefined) {
    response.end()
    return
  }
  const bytes = Buffer.byteLength(json)
  response.setHeader('Content-Type', 'application/json')
  response.setHeader('Content-Length', bytes)
  if (response.req.method === 'HEAD') return void response.end()
  // A text as long as its UTF-8 is ASCII: as latin1 it is copied to the socket, not encoded.
  response.end(json, bytes === json.length ? 'latin1' : 'utf8')
}
