import type { EventLog } from './event-log.ts'

/**
 * Whether what includes a log up to a position was made of this one. What was made of another log, or of one that was
 * put back to an earlier state since, is worth nothing.
 * @param position 0 for nothing, which is of any log
 * @param event the id of the event at that position
 */
export async function isOfLog(
  log: Pick<EventLog, 'readAll'>,
  position: number,
  event: string | null | undefined,
): Promise<boolean> {
  if (position === 0) return true
  const [last] = await log.readAll(position - 1, 1)
  return last !== undefined && last.id === event
}
