import type { TraceContext } from './trace-context.ts'

/** Words and numbers that tell nobody anything secret: no URL, no header, no text of an error. */
export type SpanAttributes = Readonly<Record<string, string | number | boolean>>

export type SpanKind = 'internal' | 'server' | 'client' | 'producer' | 'consumer'

export type SpanStart = {
  readonly name: string
  readonly kind?: SpanKind
  readonly parent?: TraceContext
  /** Where it is to be; the trace of its parent, or one of its own, where that is not said. */
  readonly at?: TraceContext
  readonly links?: readonly TraceContext[]
  readonly attributes?: SpanAttributes
  /** UTC, milliseconds. */
  readonly startMs?: number
}

export type SpanEnd = {
  /** Where only its end knows. */
  readonly name?: string
  readonly attributes?: SpanAttributes
  /** A word for what went wrong: a status, or the name of a kind of error. */
  readonly error?: string
  readonly endMs?: number
}

export type OpenSpan = { readonly context: TraceContext; end(how?: SpanEnd): void }

/** Records spans of one thread. */
export type Tracing = {
  /** Where the request is traced that an event came of. */
  origin(correlationId: string): TraceContext
  start(span: SpanStart): OpenSpan
  /** Sends what is recorded, as far as that goes in a short time. */
  stop(): Promise<void>
}
