import type { RecordedEvent } from '../../contracts/events/recorded-event.ts'
import { isSameAppend } from '../ports/event-id.ts'

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
