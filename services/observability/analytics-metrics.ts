import { Gauge, type Registry } from 'prom-client'

/** @param position up to which the analytics views include the log */
export function analyticsMetrics(registry: Registry, position: () => number): void {
  new Gauge({
    name: 'framelog_analytics_position',
    help: 'Position of the event log up to which the analytics views include it',
    registers: [registry],
    collect() {
      this.set(position())
    },
  })
}
