/** Names of protocol errors that say a message, or what it is sent with, is more than a broker takes at once. */
const TOO_LARGE: ReadonlySet<unknown> = new Set(['MESSAGE_TOO_LARGE', 'RECORD_LIST_TOO_LARGE'])

/** Whether a broker does not take something for its size; the client wraps errors in others. */
export function isTooLarge(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if ('type' in cause && TOO_LARGE.has(cause.type)) return true
  }
  return false
}
