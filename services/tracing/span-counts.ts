import { BroadcastChannel } from 'node:worker_threads'
import { Counter, type Registry } from 'prom-client'

/** All threads of a process meet on one channel, as each counts its own spans. */
const CHANNEL = 'framelog-spans'

type Count = { readonly outcome: 'exported' | 'dropped'; readonly spans: number }

/** Tells whoever counts for the process. */
export function countSpans() {
  const channel = new BroadcastChannel(CHANNEL)
  channel.unref()
  let dropped = 0
  let isClosed = false
  let timer: NodeJS.Timeout | undefined
  const tell = (outcome: Count['outcome'], spans: number) => {
    // A receiver may answer after the time that it was given at the end.
    if (!isClosed) channel.postMessage({ outcome, spans })
  }
  const tellDropped = () => {
    timer = undefined
    if (dropped > 0) tell('dropped', dropped)
    dropped = 0
  }
  return {
    exported: (spans: number) => tell('exported', spans),
    /** May be many in a moment: they are told together. */
    dropped: (spans: number) => {
      dropped += spans
      timer ??= setTimeout(tellDropped, TELL_EVERY_MS).unref()
    },
    close: () => {
      clearTimeout(timer)
      tellDropped()
      isClosed = true
      channel.close()
    },
  }
}

const TELL_EVERY_MS = 100

/** Counts the spans of all threads. @returns what ends that */
export function spanMetrics(registry: Registry): () => void {
  const spans = new Counter({
    name: 'framelog_trace_spans_total',
    help: 'Spans that were recorded, by whether they were sent or dropped',
    labelNames: ['outcome'],
    registers: [registry],
  })
  for (const outcome of ['exported', 'dropped']) spans.inc({ outcome }, 0)
  const channel = new BroadcastChannel(CHANNEL)
  channel.onmessage = (message) => {
    const { outcome, spans: count } = (message as { readonly data: Count }).data
    spans.inc({ outcome }, count)
  }
  channel.unref()
  return () => channel.close()
}
