import { Gauge, type Registry } from 'prom-client'
import type { MirrorHealth } from '../process/mirror-health.ts'

/** How far the mirror of an EventStoreDB is behind it. */
export function mirrorMetrics(registry: Registry, mirror: MirrorHealth): void {
  const registers = [registry]
  new Gauge({
    name: 'framelog_mirror_behind_seconds',
    help: 'Time since the mirror of the event log had all that was in it',
    registers,
    collect() {
      this.set(mirror.behindSeconds())
    },
  })
  new Gauge({
    name: 'framelog_mirror_waiting_appends',
    help: 'Appends of which the mirror of the event log does not have all events yet',
    registers,
    collect() {
      this.set(mirror.waitingAppends())
    },
  })
}
