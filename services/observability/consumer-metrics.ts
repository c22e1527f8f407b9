import { Counter, Gauge, type Registry } from 'prom-client'
import { watchedConsumers } from '../consumer/watched-consumers.ts'

/** The same of every consumer of the log, by its name. What some of them have beside that is told elsewhere. */
export function consumerMetrics(registry: Registry, head: () => Promise<number>): void {
  const shared = { labelNames: ['consumer'], registers: [registry] }
  new Gauge({
    ...shared,
    name: 'framelog_consumer_lag_events',
    help: 'Events in the log after the last that a consumer has seen',
    async collect() {
      const newest = await head()
      this.reset()
      for (const { name: consumer, position } of watchedConsumers()) {
        const at = position()
        if (at !== undefined) this.set({ consumer }, Math.max(0, newest - at))
      }
    },
  })
  new Counter({
    ...shared,
    name: 'framelog_consumer_failures_total',
    help: 'Attempts of a consumer that were in vain, each of which is repeated',
    collect() {
      this.reset()
      for (const { name: consumer, failures } of watchedConsumers()) this.inc({ consumer }, failures)
    },
  })
  new Gauge({
    ...shared,
    name: 'framelog_consumer_failed_timestamp_seconds',
    help: 'When a consumer failed last',
    collect() {
      this.reset()
      for (const { name: consumer, failedMs } of watchedConsumers()) {
        if (failedMs !== undefined) this.set({ consumer }, failedMs / 1000)
      }
    },
  })
  new Gauge({
    ...shared,
    name: 'framelog_consumer_running',
    help: '0 of a consumer that has not begun yet, or has stopped without being asked to',
    collect() {
      this.reset()
      for (const { name: consumer, isRunning } of watchedConsumers()) {
        this.set({ consumer }, isRunning ? 1 : 0)
      }
    },
  })
}
