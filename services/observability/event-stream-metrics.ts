import { Gauge, type Registry } from 'prom-client'

/** @param count how many streams of events are open */
export function eventStreamMetrics(registry: Registry, count: () => number): void {
  new Gauge({
    name: 'framelog_event_streams',
    help: 'Streams of events that are open',
    registers: [registry],
    collect() {
      this.set(count())
    },
  })
}
