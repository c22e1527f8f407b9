import type { IncomingMessage, ServerResponse } from 'node:http'
import { HttpRefusal } from './http-refusal.ts'

/** Several times what any body of TAMS needs. */
const MAX_DEPTH = 64

/** Bytes. A shorter body is parsed in a few milliseconds, however deep it is: most are not even looked at. */
const SHORT = 16 * 1024

/**
 * Looks at a body before it is parsed: a few megabytes of nothing but brackets would hold up everyone for
 * seconds. JSON is UTF-8 (RFC 8259, 8.1), so nothing else is read.
 * @throws HttpRefusal 400
 */
export function refuseUnreadable(
  _request: IncomingMessage | undefined,
  _response: ServerResponse | undefined,
  body: Buffer,
  encoding: string,
): void {
  if (encoding !== 'utf-8') throw new HttpRefusal(400, 'charset_unsupported', 'the body must be UTF-8')
  if (body.length > SHORT && isDeeperThan(MAX_DEPTH, body)) {
    throw new HttpRefusal(
      400,
      'body_too_deep',
      `the body has more than ${MAX_DEPTH} levels within each other`,
    )
  }
}

const [QUOTE, BACKSLASH] = [0x22, 0x5c]
const [OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d]

function isDeeperThan(max: number, json: Buffer): boolean {
  let depth = 0
  for (let i = 0; i < json.length; i++) {
    const byte = json[i]!
    if (byte === QUOTE) i = endOfText(json, i)
    else if (byte === OPEN_LIST || byte === OPEN_OBJECT) depth++
    else if (byte === CLOSE_LIST || byte === CLOSE_OBJECT) depth--
    if (depth > max) return true
  }
  return false
}

/** @returns where the text ends that begins with the quote at `start` */
function endOfText(json: Buffer, start: number): number {
  let i = start + 1
  while (i < json.length && json[i] !== QUOTE) i += json[i] === BACKSLASH ? 2 : 1
  return i
}
