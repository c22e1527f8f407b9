import { Counter, type Registry } from 'prom-client'

/** @returns to be told of each request whose credentials were not taken, and why */
export function accessMetrics(registry: Registry): (reason: string) => void {
  const refused = new Counter({
    name: 'framelog_authentication_refused_total',
    help: 'Requests whose credentials were not taken, by reason',
    labelNames: ['reason'],
    registers: [registry],
  })
  return (reason) => refused.inc({ reason })
}
