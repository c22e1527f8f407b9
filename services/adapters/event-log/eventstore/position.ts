/**
 * Positions of ours for those of EventStoreDB, which are byte offsets of its log. Readers ask for what comes after
 * an event by its position, and for an event itself by the position before its own, which in bytes would be the
 * middle of a record, where the server cannot read. So ours are twice as large: an even one is an event's, an odd
 * one lies just before the next.
 */
export function positionOf(commit: bigint): number {
  const position = Number(commit * 2n)
  if (!Number.isSafeInteger(position)) throw new RangeError(`the log is too long: position ${commit}`)
  return position
}

/** Where to read from, inclusive, for what comes after a position of ours. */
export const commitToReadFrom = (after: number): bigint => (BigInt(after) + 1n) / 2n
