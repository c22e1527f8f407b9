import { setImmediate as turn } from 'node:timers/promises'
import type { RecordedEvent } from '../../contracts/events/recorded-event.ts'
import type { EventLog } from '../ports/event-log.ts'

/** What every entry of a history says. */
export const entryOf = ({ position, revision, timeMs, actor, correlationId }: RecordedEvent) => ({
  position,
  revision,
  time: new Date(timeMs).toISOString(),
  by: actor,
  request_id: correlationId,
})

/**
 * Tells events that come in either order, each with the metadata that was true before it.
 * @param metadataIn the whole metadata, where an event carries it
 */
export async function tellInOrder<M, Entry>(
  log: EventLog,
  events: readonly RecordedEvent[],
  metadataIn: (event: RecordedEvent) => M | undefined,
  tell: (event: RecordedEvent, before: M | undefined) => Entry,
): Promise<readonly Entry[]> {
  const isBackwards = events.length > 1 && events[0]!.position > events.at(-1)!.position
  const entries: Entry[] = []
  let before: M | undefined
  for (const event of isBackwards ? events.toReversed() : events) {
    const after = metadataIn(event)
    if (after !== undefined && before === undefined) before = await metadataBefore(log, event, metadataIn)
    entries.push(tell(event, before))
    before = after ?? before
    await turn()
  }
  return isBackwards ? entries.reverse() : entries
}

/** Most events of a stream carry it, but not all: many flows may have come to a source since. */
const CHUNK_EVENTS = 50

async function metadataBefore<M>(
  log: EventLog,
  { stream, revision }: RecordedEvent,
  metadataIn: (event: RecordedEvent) => M | undefined,
): Promise<M | undefined> {
  for (let count = 1, end = revision; end > 0; count = CHUNK_EVENTS) {
    const first = Math.max(0, end - count)
    const chunk = await log.readStream(stream, first, end - first)
    const found = chunk.map(metadataIn).findLast((metadata) => metadata !== undefined)
    if (found !== undefined) return found
    end = first
    await turn()
  }
  return undefined
}
