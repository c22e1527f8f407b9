import { randomBytes } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { ROOT_CONTEXT, SpanKind, SpanStatusCode, TraceFlags, trace } from '@opentelemetry/api'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto'
import { resourceFromAttributes } from '@opentelemetry/resources'
import { AlwaysOnSampler, BasicTracerProvider } from '@opentelemetry/sdk-trace-node'
import { ATTR_SERVICE_NAME, ATTR_SERVICE_VERSION } from '@opentelemetry/semantic-conventions'
import type { TracingConfig } from '../config/tracing-config.ts'
import type { Logger } from '../observability/logger.ts'
import { VERSION } from '../process/version.ts'
import type { SpanStart, Tracing } from './span.ts'
import { countSpans } from './span-counts.ts'
import { spanQueue } from './span-queue.ts'
import { originOf, type TraceContext } from './trace-context.ts'

/** Some megabytes, at most. */
const MAX_WAITING = 8_192
const BATCH_SPANS = 512
const EVERY_MS = 1_000
const TIMEOUT_MS = 5_000
/** An exporter that does not answer holds no stop up for longer. */
const STOP_GRACE_MS = 2_000

const KINDS = {
  internal: SpanKind.INTERNAL,
  server: SpanKind.SERVER,
  client: SpanKind.CLIENT,
  producer: SpanKind.PRODUCER,
  consumer: SpanKind.CONSUMER,
} as const

/** Traces of this thread, sent to an OTLP endpoint. Whether something is recorded is decided before it gets here. */
export function openTelemetry(config: TracingConfig, component: string, logger: Logger | undefined): Tracing {
  const counts = countSpans()
  const queue = spanQueue({
    exporter: new OTLPTraceExporter({
      url: config.url,
      headers: { ...config.headers },
      timeoutMillis: TIMEOUT_MS,
    }),
    maxSpans: MAX_WAITING,
    batchSpans: BATCH_SPANS,
    everyMs: EVERY_MS,
    onSent: counts.exported,
    onDropped: counts.dropped,
    onChange: (isSending) => {
      if (isSending) logger?.info({ component }, 'spans are sent again')
      else logger?.warn({ component }, 'spans cannot be sent: they are dropped')
    },
  })
  const ids = givenIds()
  const provider = new BasicTracerProvider({
    sampler: new AlwaysOnSampler(),
    idGenerator: ids,
    spanProcessors: [queue],
    resource: resourceFromAttributes({
      [ATTR_SERVICE_NAME]: 'framelog',
      [ATTR_SERVICE_VERSION]: VERSION,
      'framelog.component': component,
    }),
  })
  const tracer = provider.getTracer('framelog', VERSION)

  const start = ({
    name,
    kind = 'internal',
    parent,
    at,
    links = [],
    attributes = {},
    startMs,
  }: SpanStart) => {
    ids.next = at
    return tracer.startSpan(
      name,
      {
        kind: KINDS[kind],
        links: links.map((context) => ({ context: spanContext(context) })),
        attributes,
        ...(startMs !== undefined && { startTime: startMs }),
      },
      parent ? trace.setSpanContext(ROOT_CONTEXT, spanContext(parent)) : ROOT_CONTEXT,
    )
  }

  return {
    origin: (correlationId) => originOf(correlationId, config.ratio),
    start: (asked) => {
      const span = start(asked)
      const { traceId, spanId } = span.spanContext()
      return {
        context: { traceId, spanId, isSampled: true },
        end: ({ name, attributes, error, endMs } = {}) => {
          if (name !== undefined) span.updateName(name)
          if (attributes) span.setAttributes(attributes)
          if (error !== undefined) {
            span.setAttribute('error.type', error)
            span.setStatus({ code: SpanStatusCode.ERROR })
          }
          span.end(endMs)
        },
      }
    },
    stop: async () => {
      const grace = new AbortController()
      const late = delay(STOP_GRACE_MS, undefined, { signal: grace.signal }).catch(() => undefined)
      await Promise.race([queue.shutdown(), late])
      grace.abort()
      counts.close()
    },
  }
}

/** Ids as a span is to have them; random ones where it does not matter. */
const givenIds = () => ({
  next: undefined as TraceContext | undefined,
  /** Asked for before the trace id. */
  generateSpanId(): string {
    return this.next?.spanId ?? randomBytes(8).toString('hex')
  },
  generateTraceId(): string {
    return this.next?.traceId ?? randomBytes(16).toString('hex')
  },
})

const spanContext = ({ traceId, spanId, isSampled }: TraceContext) => ({
  traceId,
  spanId,
  traceFlags: isSampled ? TraceFlags.SAMPLED : TraceFlags.NONE,
  isRemote: true,
})
