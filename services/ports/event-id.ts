import type { RecordedEvent } from '../../contracts/events/recorded-event.ts'

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

const tailOf = (id: string): number => Number.parseInt(id.slice(HEAD_LENGTH), 16)

/**
 * Whether two events are of one append, in whatever log: the ids of an append count up in its order. Between its
 * events a log may have others'.
 */
export function isSameAppend(earlier: RecordedEvent, later: RecordedEvent): boolean {
  if (earlier.id.slice(0, HEAD_LENGTH) !== later.id.slice(0, HEAD_LENGTH)) return false
  const between = (tailOf(later.id) - tailOf(earlier.id) + TAIL_MODULUS) % TAIL_MODULUS
  return between > 0 && between <= later.position - earlier.position
}
