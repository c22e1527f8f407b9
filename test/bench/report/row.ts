import type { Load } from '../load/load.ts'
import { ratiosOf, type Spread, spreadOf } from '../statistics.ts'

export type Budget = {
  /** What is held against it: the median of the service's own figure, or of its ratio to the bare handler. */
  readonly of: 'service' | 'ratio'
  readonly atLeast?: number
  readonly atMost?: number
}

/** A line of the report. */
export type Row = {
  readonly scenario: string
  readonly what: string
  readonly unit: string
  readonly service: Spread
  /** The bare handler's figure, measured in turns with the service's. */
  readonly bare?: Spread
  /** Service by bare handler, round by round. */
  readonly ratio?: Spread
  /** Medians over the rounds, milliseconds. */
  readonly latency?: { readonly p50: number; readonly p99: number }
  /** Processor time of each server for one of the row's units: medians, microseconds. */
  readonly cpuMicros?: { readonly service: number; readonly bare: number }
  readonly budget?: Budget
}

export type RowLabel = Pick<Row, 'scenario' | 'what' | 'unit' | 'budget'>

/** A row of a thing measured once or more, with nothing to compare it to. */
export const rowOf = (label: RowLabel, values: readonly number[]): Row => ({
  ...label,
  service: spreadOf(values),
})

/**
 * A row of work done by both servers.
 * @param perRequest how many of the row's units one request is
 */
export function comparedRow(
  label: RowLabel,
  { service, bare }: { readonly service: readonly Load[]; readonly bare: readonly Load[] },
  perRequest = 1,
): Row {
  const rates = (loads: readonly Load[]) => loads.map(({ perSecond }) => perSecond * perRequest)
  const cpu = (loads: readonly Load[]) => cpuMicrosOf(loads, perRequest)
  const [byService, byBare] = [cpu(service), cpu(bare)]
  return {
    ...label,
    service: spreadOf(rates(service)),
    bare: spreadOf(rates(bare)),
    ratio: spreadOf(ratiosOf(rates(service), rates(bare))),
    latency: latencyOf(service),
    ...(byService !== undefined &&
      byBare !== undefined && { cpuMicros: { service: byService, bare: byBare } }),
  }
}

export const latencyOf = (loads: readonly Load[]) => ({
  p50: spreadOf(loads.map(({ p50Ms }) => p50Ms)).median,
  p99: spreadOf(loads.map(({ p99Ms }) => p99Ms)).median,
})

function cpuMicrosOf(loads: readonly Load[], perRequest: number): number | undefined {
  const micros = loads.flatMap(({ cpuMicrosPerRequest }) => cpuMicrosPerRequest ?? [])
  return micros.length < loads.length ? undefined : spreadOf(micros).median / perRequest
}
