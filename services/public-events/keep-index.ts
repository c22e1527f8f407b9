import type { EventLog, Subscription } from '../ports/event-log.ts'
import type { EventIndex } from './event-index.ts'
import { withRestOfAppend } from './rest-of-append.ts'
import { INDEXED_TYPES } from './told-as.ts'

/** Keeps an index in step with its log, for others to read. */
export const keepIndex = (log: EventLog, index: EventIndex): Subscription =>
  log.subscribe(
    index.position(),
    async (events, reached) => index.take(await withRestOfAppend(log, events, reached, INDEXED_TYPES)),
    { types: INDEXED_TYPES },
  )
