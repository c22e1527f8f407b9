import { Counter, Gauge, Histogram, Registry } from 'prom-client'
import type { ProjectorState } from './projector.ts'
import type { RowCount } from './write-changes.ts'

export type ProjectorMetrics = {
  readonly registry: Registry
  readonly onRows: RowCount
  onBatch(seconds: number): void
  onError(error: unknown): void
}

const SECONDS = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60]

export function projectorMetrics(
  state: () => ProjectorState | undefined,
  head: () => Promise<number>,
): ProjectorMetrics {
  const registry = new Registry()
  const registers = [registry]
  const rows = new Counter({
    name: 'framelog_vast_rows_total',
    help: 'Rows of tables in VAST DB that were written and committed, by table and change',
    labelNames: ['table', 'change'],
    registers,
  })
  const batches = new Histogram({
    name: 'framelog_vast_batch_seconds',
    help: 'Time to write one batch of events to VAST DB, in one transaction',
    buckets: SECONDS,
    registers,
  })
  const errors = new Counter({
    name: 'framelog_vast_errors_total',
    help: 'Failures of the projector of VAST DB, each of which is tried again, by kind',
    labelNames: ['kind'],
    registers,
  })
  new Gauge({
    name: 'framelog_vast_position',
    help: 'Position of the event log up to which the tables in VAST DB include it',
    registers,
    collect() {
      const position = state()?.position
      if (position === undefined) this.remove()
      else this.set(position)
    },
  })
  new Gauge({
    name: 'framelog_vast_lag_events',
    help: 'Events in the log that the tables in VAST DB do not include yet',
    registers,
    async collect() {
      this.set(Math.max(0, (await head()) - (state()?.position ?? 0)))
    },
  })
  return {
    registry,
    onRows: (table, change, count) => {
      if (count > 0) rows.inc({ table, change }, count)
    },
    onBatch: (seconds) => batches.observe(seconds),
    onError: (error) => errors.inc({ kind: kindOf(error) }),
  }
}

/** A word of this code's own, never of an error's text. */
const kindOf = (error: unknown): string => {
  if (!(error instanceof Error)) return 'other'
  return 'kind' in error && typeof error.kind === 'string' ? error.kind : error.name
}
