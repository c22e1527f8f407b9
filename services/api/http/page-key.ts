import { createHash } from 'node:crypto'
import { badRequest } from './http-refusal.ts'

/**
 * A page's key, opaque to clients: where the page starts, and a mark of the list it belongs to, so that a
 * key of one list is refused by another.
 */
export function encodePageKey(list: string, key: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify([markOf(list), ...key])).toString('base64url')
}

/** @throws HttpRefusal 400 for a key that is not one of this list's */
export function decodePageKey(list: string, text: string): readonly (string | number)[] {
  const [mark, ...key] = parse(text)
  if (mark !== markOf(list)) throw badRequest('page: is not a key of this list')
  return key
}

function parse(text: string): readonly (string | number)[] {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(text, 'base64url').toString())
    if (Array.isArray(parsed) && parsed.every(isScalar)) return parsed
  } catch {
    // Told below.
  }
  throw badRequest('page: is not a key of this list')
}

const isScalar = (value: unknown): value is string | number =>
  typeof value === 'string' || (typeof value === 'number' && Number.isFinite(value))

const MAX_MARKS_KEPT = 1_000
/** Longer names, which a client can send as many as it likes of, are not worth the memory. */
const LONGEST_NAME_KEPT = 200

const marks = new Map<string, string>()

/** The same lists are asked for again and again. */
function markOf(list: string): string {
  const known = marks.get(list)
  if (known !== undefined) return known
  const mark = createHash('sha256').update(list).digest('base64url').slice(0, 8)
  if (list.length > LONGEST_NAME_KEPT) return mark
  if (marks.size >= MAX_MARKS_KEPT) marks.clear()
  marks.set(list, mark)
  return mark
}
