import { setTimeout as delay } from 'node:timers/promises'
import type { RecordedEvent } from '../../contracts/events/recorded-event.ts'
import {
  createAnalyticsDatabase,
  openAnalyticsDatabase,
} from '../../projections/analytics/analytics-database.ts'
import { analyticsWriter } from '../../projections/analytics/analytics-writer.ts'
import { isDamaged } from '../../projections/catalog/catalog-database.ts'
import { isSameAppend } from '../ports/event-id.ts'
import type { EventLog } from '../ports/event-log.ts'
import { isOfLog } from '../ports/is-of-log.ts'

export type KeptViews = {
  /** Settles when it ends: rejects with what it cannot get over. */
  readonly ended: Promise<void>
  stop(): Promise<void>
}

/** All that is there at once, with nobody else to think of. */
export const NO_REST = { leastMs: 0, mostMs: 0, timesWork: 0 }

/**
 * What comes while it rests is taken together: sums are written once a transaction, whatever the number of events that
 * change them. The more there was to do, the longer the rest, so that it takes little from those who write.
 */
const REST = { leastMs: 100, mostMs: 1_000, timesWork: 25 }
/** Pages of the log that become one transaction while there are more: some tens of megabytes at most. */
const PAGES_AT_ONCE = 10

/** Keeps the views in step with the log. Views that are damaged, or of another log, are made anew. */
export async function keepViews(log: EventLog, path: string, rest = REST): Promise<KeptViews> {
  let database = openAnalyticsDatabase(path)
  let writer = analyticsWriter(database)
  if (!(await isOfLog(log, writer.position(), writer.lastEvent()))) {
    database.close()
    database = createAnalyticsDatabase(path)
    writer = analyticsWriter(database)
  }
  const stopping = new AbortController()
  // A page of the log may end in the middle of what was written together, and nobody is to see half of that.
  const waiting: RecordedEvent[] = []
  let pages = 0
  const subscription = log.subscribe(writer.position(), async (page, reached) => {
    for (const event of page) waiting.push(event)
    const [next] = await log.readAll(reached, 1)
    if (next && ++pages < PAGES_AT_ONCE) return
    pages = 0
    const events = waiting.splice(0, wholeAppends(waiting, next))
    if (events.length === 0) return
    const startedMs = performance.now()
    try {
      writer.apply(events)
    } catch (error) {
      // Left empty, for whoever is started next to make anew.
      if (isDamaged(error)) {
        database.close()
        createAnalyticsDatabase(path).close()
      }
      throw error
    }
    if (next) return
    const wantedMs = rest.timesWork * (performance.now() - startedMs)
    const restMs = Math.min(rest.mostMs, Math.max(rest.leastMs, wantedMs))
    await delay(restMs, undefined, { signal: stopping.signal }).catch(() => undefined)
  })
  return {
    ended: subscription.ended,
    stop: async () => {
      stopping.abort()
      await subscription.stop()
      database.close()
    },
  }
}

/** How many of the events, from the first on, are of appends that are there whole. */
function wholeAppends(events: readonly RecordedEvent[], next: RecordedEvent | undefined): number {
  let count = events.length
  while (next && count > 0 && isSameAppend(events[count - 1]!, next)) count--
  return count
}
