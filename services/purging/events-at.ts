import type { RecordedEvent } from '../../contracts/events/recorded-event.ts'
import type { EventLog } from '../ports/event-log.ts'

/** What comes of one cause is close together in the log; what is not costs a read each. */
const EVENTS_PER_READ = 50

/** The events at these positions, which are in ascending order. */
export async function eventsAt(
  log: Pick<EventLog, 'readAll'>,
  positions: readonly number[],
): Promise<ReadonlyMap<number, RecordedEvent>> {
  const wanted = new Set(positions)
  const found = new Map<number, RecordedEvent>()
  let read = 0
  for (const position of wanted) {
    if (position <= read) continue
    for (const event of await log.readAll(position - 1, EVENTS_PER_READ)) {
      if (wanted.has(event.position)) found.set(event.position, event)
      read = event.position
    }
  }
  return found
}
