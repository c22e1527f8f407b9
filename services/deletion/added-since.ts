import { streamName } from '../../contracts/events/stream-name.ts'
import type { TimelineEvent } from '../../contracts/events/timeline-events.ts'
import { type Coverage, emptyCoverage } from '../../contracts/time/coverage.ts'
import { timelineAggregate } from '../../domain/timeline/timeline.ts'
import type { EventLog } from '../ports/event-log.ts'

/** An event may have a thousand segments. */
const EVENTS_PER_PAGE = 50

/**
 * What a timeline has that it did not have at `revision`. Each call reads on where the one before it ended.
 * @returns a function that is to be called by one caller at a time
 */
export function addedSince(
  log: Pick<EventLog, 'readStream'>,
  flow_id: string,
  revision: number,
): () => Promise<Coverage> {
  let next = revision + 1
  let added = emptyCoverage
  return async () => {
    for (;;) {
      const events = await log.readStream(streamName.timeline(flow_id), next, EVENTS_PER_PAGE)
      for (const event of events) {
        added = timelineAggregate.evolve({ coverage: added }, event as unknown as TimelineEvent).coverage
      }
      next += events.length
      if (events.length < EVENTS_PER_PAGE) return added
    }
  }
}
