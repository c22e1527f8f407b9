import type { ReadableSpan, SpanExporter, SpanProcessor } from '@opentelemetry/sdk-trace-node'

export type SpanQueueOptions = {
  readonly exporter: SpanExporter
  /** Spans that wait, at most: more are dropped. */
  readonly maxSpans: number
  /** Spans that are sent together, at most. */
  readonly batchSpans: number
  readonly everyMs: number
  readonly onSent: (spans: number) => void
  readonly onDropped: (spans: number) => void
  /** Whether the last were sent, each time that is another than before. */
  readonly onChange: (isSending: boolean) => void
}

/** What the exporter's result says where all is well. */
const SUCCESS = 0

/** Spans on their way: sent in batches, one at a time, and dropped where that does not keep up. Nobody waits for it. */
export function spanQueue(options: SpanQueueOptions): SpanProcessor {
  const { exporter, maxSpans, batchSpans, everyMs, onSent, onDropped, onChange } = options
  let waiting: ReadableSpan[] = []
  let timer: NodeJS.Timeout | undefined
  let sending: Promise<void> | undefined
  let isWell = true
  let isClosed = false

  const send = (batch: ReadableSpan[]): Promise<void> =>
    new Promise((resolve) => {
      exporter.export(batch, ({ code }) => {
        const isSent = code === SUCCESS
        if (isSent) onSent(batch.length)
        else onDropped(batch.length)
        if (isSent !== isWell) onChange(isSent)
        isWell = isSent
        resolve()
      })
    })
  const sendAll = async (): Promise<void> => {
    clearTimeout(timer)
    timer = undefined
    while (waiting.length > 0) {
      const batch = waiting.slice(0, batchSpans)
      waiting = waiting.slice(batch.length)
      await send(batch)
    }
    sending = undefined
  }
  const begin = (): Promise<void> => {
    sending ??= sendAll()
    return sending
  }

  return {
    onStart: () => undefined,
    onEnd: (span) => {
      if (isClosed || waiting.length >= maxSpans) return onDropped(1)
      waiting.push(span)
      if (sending) return
      if (waiting.length >= batchSpans) void begin()
      else timer ??= setTimeout(() => void begin(), everyMs).unref()
    },
    forceFlush: begin,
    shutdown: async () => {
      isClosed = true
      await begin()
      await exporter.shutdown()
    },
  }
}
