import { Registry } from 'prom-client'
import { afterEach, expect, it } from 'vitest'
import { type WatchedConsumer, watchConsumer } from '../../../../services/consumer/watched-consumers.ts'
import { consumerMetrics } from '../../../../services/observability/consumer-metrics.ts'

const watches: WatchedConsumer[] = []
const watched = (...args: Parameters<typeof watchConsumer>) => {
  const watch = watchConsumer(...args)
  watches.push(watch)
  return watch
}
afterEach(() => {
  for (const watch of watches.splice(0)) watch.over()
})

function metricsAt(head: number) {
  const registry = new Registry()
  consumerMetrics(registry, async () => head)
  return async () => {
    const text = await registry.metrics()
    return text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
  }
}

it('a consumer is told of by its name: how far behind it is, what failed, and whether it runs', async () => {
  const metrics = metricsAt(100)
  const watch = watched('retiring')
  watch.reached(60)
  expect(await metrics()).toEqual([
    'framelog_consumer_lag_events{consumer="retiring"} 40',
    'framelog_consumer_failures_total{consumer="retiring"} 0',
    'framelog_consumer_running{consumer="retiring"} 1',
  ])
  watch.failed()
  watch.stopped()
  watch.reached(101)
  const told = await metrics()
  expect(told).toContain('framelog_consumer_lag_events{consumer="retiring"} 0')
  expect(told).toContain('framelog_consumer_failures_total{consumer="retiring"} 2')
  expect(told).toContain('framelog_consumer_running{consumer="retiring"} 0')
  const at = told.find((line) => line.startsWith('framelog_consumer_failed_timestamp_seconds'))
  expect(Number(at?.split(' ')[1])).toBeGreaterThan(1_700_000_000)
  watch.running()
  expect(await metrics()).toContain('framelog_consumer_running{consumer="retiring"} 1')
  watch.over()
  expect(await metrics()).toEqual([])
})

it('one that has not begun does not run, and has no lag that anyone knows', async () => {
  const metrics = metricsAt(100)
  let position: number | undefined
  watched('analytics', () => position, false)
  const before = await metrics()
  expect(before).toContain('framelog_consumer_running{consumer="analytics"} 0')
  expect(before.some((line) => line.startsWith('framelog_consumer_lag'))).toBe(false)
  position = 90
  expect(await metrics()).toContain('framelog_consumer_lag_events{consumer="analytics"} 10')
})
