import { within } from '../tracing/spans-of-events.ts'
import { parseTraceparent, type TraceContext } from '../tracing/trace-context.ts'
import { tracing } from '../tracing/tracing.ts'
import type { Batch } from './outbox.ts'

/** Of one span. */
const MAX_LINKS = 128

/** Until Kafka has acknowledged the batch, linked to the requests that its messages came of. */
export async function tracedSend({ messages }: Batch, send: () => Promise<void>): Promise<void> {
  const tracer = tracing()
  const links = tracer ? originsOf(messages) : []
  if (!tracer || links.length === 0) return send()
  const attributes = { 'messaging.system': 'kafka', 'messaging.batch.message_count': messages.length }
  const span = tracer.start({ name: 'publish to Kafka', kind: 'producer', links, attributes })
  return within(span, send)
}

function originsOf(messages: Batch['messages']): readonly TraceContext[] {
  const found: TraceContext[] = []
  for (const text of new Set(messages.map(({ headers }) => headers['traceparent']))) {
    const origin = parseTraceparent(text)
    if (origin?.isSampled) found.push(origin)
    if (found.length === MAX_LINKS) break
  }
  return found
}
