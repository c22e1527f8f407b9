import type { WriteRequest } from '../adapters/event-log/sqlite/writer-messages.ts'
import { originsOf } from './spans-of-events.ts'
import { tracing } from './tracing.ts'

/** One transaction of the log, as part of each of the requests whose appends shared it. */
export function tracedCommit(
  sent: readonly { readonly request: WriteRequest }[],
  { appends, events, fromMs, toMs }: Committed,
): void {
  const tracer = tracing()
  if (!tracer) return
  const attributes = { 'framelog.batch.appends': appends, 'framelog.batch.events': events }
  const ids = sent.flatMap(({ request }) => (request.kind === 'append' ? request.correlationId : []))
  for (const parent of originsOf(tracer, ids)) {
    tracer.start({ name: 'log commit', parent, attributes, startMs: fromMs }).end({ endMs: toMs })
  }
}

type Committed = {
  readonly appends: number
  readonly events: number
  readonly fromMs: number
  readonly toMs: number
}
