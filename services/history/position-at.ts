import type { EventLog } from '../ports/event-log.ts'

/**
 * The position of the last event committed at or before an instant; 0 if none was. Later events never have
 * earlier times, so that a few reads find it.
 * @param timeMs UTC, milliseconds
 */
export async function positionAt(log: EventLog, timeMs: number): Promise<number> {
  let known = 0
  let beyond = (await log.head()) + 1
  while (beyond - known > 1) {
    const middle = Math.floor((known + beyond) / 2)
    const [event] = await log.readAll(middle - 1, 1)
    if (event && event.timeMs <= timeMs) known = middle
    else beyond = middle
  }
  return known
}
