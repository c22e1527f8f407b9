import { createHash } from 'node:crypto'

/** Where in a trace something is; ids in hexadecimal. @see W3C Trace Context */
export type TraceContext = {
  /** 32 digits. */
  readonly traceId: string
  /** 16 digits. */
  readonly spanId: string
  /** Whether spans of it are recorded. */
  readonly isSampled: boolean
}

const TRACEPARENT = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i
const ZEROS = /^0+$/
const SAMPLED = 1
/** What a double holds exactly. */
const RATIO_DIGITS = 13

/** @returns undefined for what is none: it is then as if nothing had been sent */
export function parseTraceparent(text: string | undefined): TraceContext | undefined {
  const [, version, traceId, spanId, flags, more] = TRACEPARENT.exec(text ?? '') ?? []
  if (!version || !traceId || !spanId || !flags) return undefined
  // Later versions may say more; this one says no more, and ff is none.
  if (version === 'ff' || (version === '00' && more !== undefined)) return undefined
  if (ZEROS.test(traceId) || ZEROS.test(spanId)) return undefined
  return { traceId, spanId, isSampled: (Number.parseInt(flags, 16) & SAMPLED) === SAMPLED }
}

export const traceparentOf = ({ traceId, spanId, isSampled }: TraceContext): string =>
  `00-${traceId}-${spanId}-${isSampled ? '01' : '00'}`

/**
 * Where the request is traced that an event came of. Anyone who has the event finds that by its correlation id
 * alone, whenever and in whichever process: decision 67.
 * @param ratio of the traces that begin here, how many are recorded
 */
export function originOf(correlationId: string, ratio: number): TraceContext {
  const given = parseTraceparent(correlationId)
  if (given) return given
  const hex = UUID.test(correlationId)
    ? correlationId.replaceAll('-', '').toLowerCase()
    : createHash('sha256').update(correlationId).digest('hex')
  // A UUID without any bits is no trace; whoever sends it finds nothing.
  const traceId = hex.slice(0, 32)
  const spanId = hex.slice(-16)
  return { traceId, spanId, isSampled: !ZEROS.test(spanId) && isWithin(traceId, ratio) }
}

/** The same answer everywhere, of digits that are random in a UUID too. */
const isWithin = (traceId: string, ratio: number): boolean =>
  Number.parseInt(traceId.slice(-RATIO_DIGITS), 16) < ratio * 16 ** RATIO_DIGITS
