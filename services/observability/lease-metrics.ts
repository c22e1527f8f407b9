import { Gauge, type Registry } from 'prom-client'

/** @param held of each lease that this process is to hold: whether it does */
export function leaseMetrics(
  registry: Registry,
  held: () => Iterable<readonly [lease: string, boolean]>,
): void {
  new Gauge({
    name: 'framelog_lease_held',
    help: 'Whether this process does what one process at a time may do (1), or stands by (0)',
    labelNames: ['lease'],
    registers: [registry],
    collect() {
      for (const [lease, isHeld] of held()) this.set({ lease }, isHeld ? 1 : 0)
    },
  })
}
