import type { RecordedEvent } from '../../contracts/events/recorded-event.ts'
import type { EventLog } from '../ports/event-log.ts'

/** The last event of a stream at or before a position of the log, in a few reads however long the stream is. */
export async function lastEventBy(
  log: EventLog,
  stream: string,
  position: number,
): Promise<RecordedEvent | undefined> {
  let last: RecordedEvent | undefined
  let known = -1
  let beyond = Number.POSITIVE_INFINITY
  for (let probe = 0; beyond - known > 1; ) {
    const [event] = await log.readStream(stream, probe, 1)
    if (event && event.position <= position) {
      last = event
      known = probe
    } else {
      beyond = probe
    }
    probe = beyond === Number.POSITIVE_INFINITY ? probe * 2 + 1 : Math.floor((known + beyond) / 2)
  }
  return last
}
