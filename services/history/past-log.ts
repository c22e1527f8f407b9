import { setImmediate as turn } from 'node:timers/promises'
import type { RecordedEvent } from '../../contracts/events/recorded-event.ts'
import type { EventLog } from '../ports/event-log.ts'
import { lastEventBy } from './last-event-by.ts'

/** What was asked needs more of the log than one request may read. */
export class TooMuchHistory extends Error {
  override readonly name = 'TooMuchHistory'
}

/** What one answer may read of whole streams, and how many streams it may look at the end of. */
const MAX_EVENTS = 100_000
const MAX_STREAMS = 1_000
/** Events read in one turn of this thread: each may hold 64 KB. */
const PAGE_EVENTS = 50

/** The log as it was at a position, for one request. */
export type PastLog = {
  readonly position: number
  /** A stream's last event by then; what it was asked before is remembered. @throws TooMuchHistory */
  last(stream: string): Promise<RecordedEvent | undefined>
  /** A stream's last event by an earlier position. */
  lastBefore(stream: string, position: number): Promise<RecordedEvent | undefined>
  /** A stream's events up to then, page by page, others getting their turn in between. @throws TooMuchHistory */
  pages(stream: string, fromRevision?: number): AsyncGenerator<readonly RecordedEvent[]>
}

export function pastLog(log: EventLog, position: number): PastLog {
  const lasts = new Map<string, RecordedEvent | undefined>()
  let events = 0
  return {
    position,
    async last(stream) {
      if (lasts.has(stream)) return lasts.get(stream)
      if (lasts.size >= MAX_STREAMS) throw new TooMuchHistory(`more than ${MAX_STREAMS} flows are involved`)
      const last = await lastEventBy(log, stream, position)
      lasts.set(stream, last)
      await turn()
      return last
    },
    lastBefore: (stream, earlier) => lastEventBy(log, stream, earlier),
    async *pages(stream, fromRevision = 0) {
      for (let revision = fromRevision; ; revision += PAGE_EVENTS) {
        const page = await log.readStream(stream, revision, PAGE_EVENTS)
        const then = page.filter((event) => event.position <= position)
        events += then.length
        if (events > MAX_EVENTS) throw new TooMuchHistory(`more than ${MAX_EVENTS} events lead up to it`)
        if (then.length > 0) yield then
        if (then.length < PAGE_EVENTS) return
        await turn()
      }
    },
  }
}
