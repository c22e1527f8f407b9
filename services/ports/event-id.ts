import type { EventPlace } from './event-digest.ts'

const HEAD_LENGTH = '01234567-89ab-cdef-0123-'.length
const TAIL_MODULUS = 2 ** 48

/**
 * The id of a command's n-th event: the command's own UUID with its last 48 bits advanced by n, so that the
 * same command always gives the same ids and none has to be stored.
 * @param commandId a UUID as text.
 * @param index the event's place in its append, from 0.
 */
export function eventId(commandId: string, index: number): string {
  if (index === 0) return commandId
  const tail = (Number.parseInt(commandId.slice(HEAD_LENGTH), 16) + index) % TAIL_MODULUS
  return commandId.slice(0, HEAD_LENGTH) + tail.toString(16).padStart(12, '0')
}

const LAST_DIGITS = 4
const LAST_SPAN = 16 ** LAST_DIGITS

/** The same for many of one command's events: mostly no more than the last digits differ. */
export function eventIdsOf(commandId: string): (index: number) => string {
  const rest = commandId.slice(0, -LAST_DIGITS)
  const last = Number.parseInt(commandId.slice(-LAST_DIGITS), 16)
  return (index) => {
    const digits = last + index
    if (digits >= LAST_SPAN) return eventId(commandId, index)
    return index === 0 ? commandId : rest + (digits + LAST_SPAN).toString(16).slice(1)
  }
}

const tailOf = (id: string): number => Number.parseInt(id.slice(HEAD_LENGTH), 16)

/**
 * Whether two events are of one append, in whatever log: the ids of an append count up in its order. Between its
 * events a log may have others'.
 */
export function isSameAppend(earlier: EventPlace, later: EventPlace): boolean {
  if (earlier.id.slice(0, HEAD_LENGTH) !== later.id.slice(0, HEAD_LENGTH)) return false
  const between = (tailOf(later.id) - tailOf(earlier.id) + TAIL_MODULUS) % TAIL_MODULUS
  return between > 0 && between <= later.position - earlier.position
}
