import type { RecordedEvent } from '../../contracts/events/recorded-event.ts'
import type { OpenSpan, SpanAttributes, SpanKind, SpanStart, Tracing } from './span.ts'
import type { TraceContext } from './trace-context.ts'
import { tracing } from './tracing.ts'

/** What a span may have, by default; and no batch is worth more spans than that. */
const MAX_ORIGINS = 128

type Correlated = Pick<RecordedEvent, 'correlationId'>

/** Where the requests are traced that events came of: each once, and only those that are recorded. */
export function originsOf(tracer: Tracing, correlationIds: Iterable<string>): readonly TraceContext[] {
  const origins: TraceContext[] = []
  for (const id of new Set(correlationIds)) {
    const origin = tracer.origin(id)
    if (origin.isSampled) origins.push(origin)
    if (origins.length === MAX_ORIGINS) break
  }
  return origins
}

/** Ids of those that this thread is to answer. */
export const openRequests = new Set<string>()

/** The span of a command; of one that comes of no request, and of no event, it is where all begins that follows. */
export function spanOfCommand({
  correlationId,
  causationId,
}: Pick<RecordedEvent, 'correlationId' | 'causationId'>): ReturnType<Tracing['start']> | undefined {
  const isPart = causationId !== null || openRequests.has(correlationId)
  if (isPart) return partOfRequest(correlationId, 'command')
  const tracer = tracing()
  const at = tracer?.origin(correlationId)
  return at?.isSampled ? tracer?.start({ name: 'command', at }) : undefined
}

/** The span of what is done about a request, as part of it, while its caller waits. */
export function partOfRequest(
  correlationId: string,
  name: string,
  attributes: SpanAttributes = {},
): ReturnType<Tracing['start']> | undefined {
  const tracer = tracing()
  const parent = tracer?.origin(correlationId)
  return parent?.isSampled ? tracer?.start({ name, parent, attributes }) : undefined
}

/** A span of its own for what is done about events later, linked to the requests they came of. */
export function afterRequests(
  correlationIds: Iterable<string>,
  span: Omit<SpanStart, 'links'>,
): ReturnType<Tracing['start']> | undefined {
  const tracer = tracing()
  if (!tracer) return undefined
  const links = originsOf(tracer, correlationIds)
  return links.length === 0 ? undefined : tracer.start({ ...span, links })
}

/** Does something about events, and has a span say how long that took. */
export async function tracedAfter<T>(
  events: readonly Correlated[],
  name: string,
  attributes: SpanAttributes,
  work: () => Promise<T>,
  kind: SpanKind = 'consumer',
): Promise<T> {
  const span = tracing() && afterRequests(correlationsOf(events), { name, kind, attributes })
  return span ? within(span, work) : work()
}

/** Ends a span with the work that it is of, and says so where that fails. */
export async function within<T>(span: OpenSpan, work: () => Promise<T>): Promise<T> {
  try {
    const result = await work()
    span.end()
    return result
  } catch (error) {
    span.end({ error: errorKind(error) })
    throw error
  }
}

/** Does something that is part of each of the requests that events came of, and has a span of each say so. */
export function tracedWithin(events: readonly Correlated[], name: string, work: () => void): void {
  const tracer = tracing()
  if (!tracer) {
    work()
    return
  }
  const startMs = Date.now()
  const started = performance.now()
  work()
  const endMs = startMs + performance.now() - started
  for (const parent of originsOf(tracer, correlationsOf(events))) {
    tracer
      .start({ name, parent, startMs, attributes: { 'framelog.batch.events': events.length } })
      .end({ endMs })
  }
}

/** Never an error's text: that may say what it met. */
export const errorKind = (error: unknown): string => (error instanceof Error ? error.name : 'error')

function* correlationsOf(events: readonly Correlated[]): Iterable<string> {
  for (const { correlationId } of events) yield correlationId
}
