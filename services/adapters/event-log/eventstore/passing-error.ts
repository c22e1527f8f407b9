import { ErrorType } from '@eventstore/db-client'

/** The server's words for what another attempt may get over, and gRPC's codes where it has none. */
const PASSING_TYPES: ReadonlySet<unknown> = new Set([
  ErrorType.UNAVAILABLE,
  ErrorType.CANCELLED,
  ErrorType.NOT_LEADER,
  ErrorType.DEADLINE_EXCEEDED,
  ErrorType.TIMEOUT,
])
const [CANCELLED, UNKNOWN, DEADLINE_EXCEEDED, RESOURCE_EXHAUSTED] = [1, 2, 4, 8]
const [ABORTED, INTERNAL, UNAVAILABLE] = [10, 13, 14]
const PASSING_CODES: ReadonlySet<unknown> = new Set([
  CANCELLED,
  UNKNOWN,
  DEADLINE_EXCEEDED,
  RESOURCE_EXHAUSTED,
  ABORTED,
  INTERNAL,
  UNAVAILABLE,
])
/** What the client says where no node of a cluster answers, or none is fit; and what it says of a closed channel. */
const PASSING_MESSAGES = /^Failed to discover|channel has been shut down|Channel has been closed/i

/** An operator's to mend, meanwhile the log is as good as away. */
const REFUSED_TYPES: ReadonlySet<unknown> = new Set([ErrorType.ACCESS_DENIED])

const fieldOf = (error: unknown, name: 'type' | 'code' | 'message'): unknown =>
  typeof error === 'object' && error !== null && name in error
    ? (error as Readonly<Record<string, unknown>>)[name]
    : undefined

/** Whether the server may do the same at another attempt. What it did at this one is not known. */
export function isPassing(error: unknown): boolean {
  const type = fieldOf(error, 'type')
  if (PASSING_TYPES.has(type)) return true
  if (type !== undefined && type !== ErrorType.UNKNOWN) return false
  return (
    PASSING_CODES.has(fieldOf(error, 'code')) ||
    PASSING_MESSAGES.test(String(fieldOf(error, 'message') ?? ''))
  )
}

export const isDenied = (error: unknown): boolean => REFUSED_TYPES.has(fieldOf(error, 'type'))
