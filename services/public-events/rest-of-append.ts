import type { DomainEventType } from '../../contracts/events/domain-event.ts'
import type { RecordedEvent } from '../../contracts/events/recorded-event.ts'
import { isSameAppend } from '../ports/event-id.ts'
import type { EventLog } from '../ports/event-log.ts'

const PAGE_LENGTH = 200

/** A page of the log may end in the middle of what was written together: the page, and what is left of that. */
export async function withRestOfAppend(
  log: EventLog,
  events: readonly RecordedEvent[],
  reached: number,
  types: readonly DomainEventType[],
): Promise<readonly RecordedEvent[]> {
  const last = events.at(-1)
  if (!last) return events
  const rest: RecordedEvent[] = []
  const isOfAppend = (event: RecordedEvent) => isSameAppend(last, event)
  let [next] = await log.readAll(reached, 1)
  while (next && isOfAppend(next)) {
    const more = (await log.readAll(next.position - 1, PAGE_LENGTH)).filter(isOfAppend)
    rest.push(...more.filter(({ type }) => types.includes(type)))
    next = (await log.readAll(more.at(-1)!.position, 1))[0]
  }
  return [...events, ...rest]
}
