import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace-node'
import { describe, expect, it } from 'vitest'
import { spanQueue } from '../../../../services/tracing/span-queue.ts'

const span = (name: string) => ({ name }) as ReadableSpan

/** An exporter that answers when it is told to. */
function held() {
  const batches: string[][] = []
  const answers: ((code: number) => void)[] = []
  const exporter: SpanExporter = {
    export: (spans, done) => {
      batches.push(spans.map(({ name }) => name))
      answers.push((code) => done({ code }))
    },
    shutdown: async () => undefined,
  }
  return { exporter, batches, answer: (code: number) => answers.shift()?.(code) }
}

function queueOf(exporter: SpanExporter, everyMs = 60_000) {
  const told = { sent: 0, dropped: 0, changes: [] as boolean[] }
  const queue = spanQueue({
    exporter,
    maxSpans: 3,
    batchSpans: 2,
    everyMs,
    onSent: (count) => {
      told.sent += count
    },
    onDropped: (count) => {
      told.dropped += count
    },
    onChange: (isSending) => told.changes.push(isSending),
  })
  return { queue, told }
}

describe('spans on their way', () => {
  it('go in batches, one at a time', async () => {
    const { exporter, batches, answer } = held()
    const { queue, told } = queueOf(exporter)
    for (const name of ['a', 'b', 'c']) queue.onEnd(span(name))
    expect(batches).toEqual([['a', 'b']])
    const flushed = queue.forceFlush()
    answer(0)
    await expect.poll(() => batches.length).toBe(2)
    answer(0)
    await flushed
    expect(batches).toEqual([['a', 'b'], ['c']])
    expect(told).toEqual({ sent: 3, dropped: 0, changes: [] })
  })

  it('are dropped, and counted, where no more may wait, and where they are not taken', async () => {
    const { exporter, answer } = held()
    const { queue, told } = queueOf(exporter)
    for (const name of ['a', 'b', 'c', 'd', 'e', 'f', 'g']) queue.onEnd(span(name))
    // Two are being sent, and three wait.
    expect(told.dropped).toBe(2)
    const stopped = queue.shutdown()
    answer(1)
    await expect.poll(() => told.dropped).toBe(4)
    answer(0)
    await expect.poll(() => told.sent).toBe(2)
    answer(0)
    await stopped
    queue.onEnd(span('h'))
    expect(told).toEqual({ sent: 3, dropped: 5, changes: [false, true] })
  })

  it('do not wait long for others', async () => {
    const { exporter, batches } = held()
    const { queue } = queueOf(exporter, 1)
    queue.onEnd(span('alone'))
    await expect.poll(() => batches).toEqual([['alone']])
  })
})
