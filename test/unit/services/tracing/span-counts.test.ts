import { Registry } from 'prom-client'
import { expect, it } from 'vitest'
import { countSpans, spanMetrics } from '../../../../services/tracing/span-counts.ts'

it('spans of all threads are counted together, and nothing comes after the end', async () => {
  const registry = new Registry()
  const stop = spanMetrics(registry)
  const [one, other] = [countSpans(), countSpans()]
  one.exported(2)
  other.exported(3)
  other.dropped(1)
  other.dropped(4)
  one.close()
  other.close()
  // Of what was on its way.
  one.exported(100)
  one.dropped(100)
  const lines = async () => (await registry.metrics()).split('\n').filter((line) => /^framelog/.test(line))
  await expect
    .poll(lines)
    .toEqual([
      'framelog_trace_spans_total{outcome="exported"} 5',
      'framelog_trace_spans_total{outcome="dropped"} 5',
    ])
  stop()
})
