import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import { badRequest, Refusal } from '../refusal.ts'

/** @see section 1.10: what the database does with more is not known. */
const MAX_BODY = 5 * 1024 * 1024

/** A request, read to its end. */
export type Received = {
  readonly method: string
  /** As it was sent, encoded. */
  readonly path: string
  readonly query: string
  readonly headers: IncomingHttpHeaders
  readonly body: Uint8Array
  /** Empty for a request that is about all of the database or about a bucket as such. */
  readonly command: string
  /** What follows the command in the query. */
  readonly params: ReadonlyMap<string, string>
  /** The path, decoded; a snapshot's name left out. */
  readonly segments: readonly string[]
  readonly snapshot: string | undefined
  readonly isTooLarge: boolean
}

export async function receive(message: IncomingMessage): Promise<Received> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of message) {
    size += chunk.length
    if (size <= MAX_BODY) chunks.push(chunk)
  }
  const isTooLarge = size > MAX_BODY
  const { method = '', url = '/', headers } = message
  const [path = '/', query = ''] = url.split('?', 2)
  const [command = '', ...rest] = query.split('&')
  const parts = path
    .split('/')
    .slice(1)
    .filter((part) => part !== '')
    .map(decoded)
  const snapshot = parts[1] === '.snapshot' ? parts[2] : undefined
  return {
    method,
    path,
    query,
    headers,
    body: isTooLarge ? new Uint8Array() : joined(chunks, size),
    command: command.includes('=') ? '' : command,
    params: new Map((command.includes('=') ? [command, ...rest] : rest).map(param)),
    segments: snapshot === undefined ? parts : [parts[0] as string, ...parts.slice(3)],
    snapshot,
    isTooLarge,
  }
}

/** Into memory of its own, aligned: Arrow's numbers are read where they are. */
function joined(chunks: readonly Buffer[], size: number): Uint8Array {
  const body = new Uint8Array(size)
  let at = 0
  for (const chunk of chunks) {
    body.set(chunk, at)
    at += chunk.length
  }
  return body
}

const param = (item: string): [string, string] => {
  const at = item.indexOf('=')
  return at < 0 ? [item, ''] : [item.slice(0, at), decoded(item.slice(at + 1).replaceAll('+', ' '))]
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** What every request has to keep, whatever its command. */
export function checkForm(request: Received): void {
  if (request.isTooLarge) throw new Refusal(400, 'EntityTooLarge', `a body is at most ${MAX_BODY} bytes`)
  if (request.path.includes('//')) throw badRequest('an empty segment in the path')
  const length = request.headers['content-length']
  const wantsLength = !['GET', 'HEAD'].includes(request.method) || request.body.length > 0
  if (wantsLength && length === undefined) throw badRequest('no Content-Length', 'MissingContentLength')
}

/** A header that is a whole number. @throws Refusal where it is another thing */
export function numberHeader({ headers }: Received, name: string): bigint | undefined {
  const value = headers[name]
  if (value === undefined) return undefined
  if (typeof value !== 'string' || !/^\d{1,20}$/.test(value))
    throw badRequest(`${name} is not a number: ${value}`)
  return BigInt(value)
}

/** A header that is true or false, in any case. */
export function flagHeader({ headers }: Received, name: string): boolean {
  const value = String(headers[name] ?? 'false').toLowerCase()
  if (value !== 'true' && value !== 'false') throw badRequest(`${name} is neither true nor false: ${value}`)
  return value === 'true'
}
