import type { ByteRange } from '../../ports/media-store.ts'

/** `whole`: answer as if no range was asked for, as RFC 9110 wants of a range that is not understood. */
export type RequestedRange = ByteRange | 'whole' | 'unsatisfiable'

const SINGLE_RANGE = /^bytes=[ \t]*(\d*)-(\d*)[ \t]*$/i

/**
 * What a `Range` header asks of an object. Several ranges at once are answered with the whole object, which
 * RFC 9110 allows; no player needs them.
 * @see RFC 9110, 14.1.2 and 14.2
 */
export function parseByteRange(header: string, sizeBytes: number): RequestedRange {
  const [, first = '', last = ''] = SINGLE_RANGE.exec(header) ?? []
  if (first === '') return last === '' ? 'whole' : suffix(Number(last), sizeBytes)
  const from = Number(first)
  const to = last === '' ? Number.POSITIVE_INFINITY : Number(last)
  if (to < from) return 'whole'
  if (from >= sizeBytes) return 'unsatisfiable'
  return { first: from, last: Math.min(to, sizeBytes - 1) }
}

/** The last bytes; all of them, where there are fewer. An empty object has no range to give, but is whole. */
function suffix(length: number, sizeBytes: number): RequestedRange {
  if (length === 0) return 'unsatisfiable'
  if (sizeBytes === 0) return 'whole'
  return { first: Math.max(0, sizeBytes - length), last: sizeBytes - 1 }
}
