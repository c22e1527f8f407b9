import { Counter, Gauge, type Registry } from 'prom-client'
import { watchedConsumers } from '../consumer/watched-consumers.ts'

/** The same of every consumer of the log, by its name. What some of them have beside that is told elsewhere. */
export function consumerMetrics(registry: Registry, head: () => Promise<number>): void {
  const registers = [registry]
  const labelNames = ['consumer']
  // Gauges are read in the order of their making: the first sets them all.
  const lag = new Gauge({
    name: 'framelog_consumer_lag_events',
    help: 'Events in the log after the last that a consumer has seen',
    labelNames,
    registers,
    async collect() {
      const newest = await head()
      for (const each of [lag, failures, failedAt, running]) each.reset()
      for (const { name: consumer, ...state } of watchedConsumers()) {
        const position = state.position()
        if (position !== undefined) lag.set({ consumer }, Math.max(0, newest - position))
        failures.inc({ consumer }, state.failures)
        if (state.failedMs !== undefined) failedAt.set({ consumer }, state.failedMs / 1000)
        running.set({ consumer }, state.isRunning ? 1 : 0)
      }
    },
  })
  const failures = new Counter({
    name: 'framelog_consumer_failures_total',
    help: 'Attempts of a consumer that were in vain, each of which is repeated',
    labelNames,
    registers,
  })
  const failedAt = new Gauge({
    name: 'framelog_consumer_failed_timestamp_seconds',
    help: 'When a consumer failed last',
    labelNames,
    registers,
  })
  const running = new Gauge({
    name: 'framelog_consumer_running',
    help: '0 of a consumer that has not begun yet, or has stopped without being asked to',
    labelNames,
    registers,
  })
}
