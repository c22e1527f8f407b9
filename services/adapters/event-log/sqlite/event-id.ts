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
