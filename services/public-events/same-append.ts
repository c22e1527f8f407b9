import type { RecordedEvent } from '../../contracts/events/recorded-event.ts'
import { eventId } from '../adapters/event-log/sqlite/event-id.ts'

/**
 * Whether two events were written together, so that nobody ever saw one without the other: the ids of an
 * append count up as its positions do.
 */
export const isSameAppend = (earlier: RecordedEvent, later: RecordedEvent): boolean =>
  eventId(earlier.id, later.position - earlier.position) === later.id

/** Events in order, those of one append together. */
export function byAppend<E extends RecordedEvent>(events: readonly E[]): readonly (readonly E[])[] {
  const appends: E[][] = []
  for (const event of events) {
    const append = appends.at(-1)
    if (append && isSameAppend(append[0]!, event)) append.push(event)
    else appends.push([event])
  }
  return appends
}
