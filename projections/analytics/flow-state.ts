import { DURATION_BOUNDS } from './buckets.ts'
import type { FlowFacts } from './flow-facts.ts'
import type { Contribution, Sums } from './sums.ts'
import type { FlowState, Pair, ViewWrite } from './view-write.ts'

const MAX_FLOWS_KEPT = 10_000

/** The flow, as it is now: of one that was never seen, a new one that is not there yet. */
export function flowOf(write: ViewWrite, id: string): FlowState {
  const known = write.flows.get(id)
  if (known) return known
  write.prepare('INSERT OR IGNORE INTO flows (id) VALUES (?)').run(id)
  const flow = ofRow(write.prepare('SELECT * FROM flows WHERE id = ?').get(id) as unknown as FlowRow)
  write.flows.set(id, flow)
  return flow
}

/** The flow of a key that is in use. */
export function flowOfKey(write: ViewWrite, key: number): FlowState {
  const { id } = write.prepare('SELECT id FROM flows WHERE key = ?').get(key) as { id: string }
  return flowOf(write, id)
}

/** To be called before a flow is changed. */
export function touch({ touched }: ViewWrite, flow: FlowState): void {
  if (!touched.has(flow)) touched.set(flow, usageOf(flow))
}

/** Between transactions. */
export function forgetSomeFlows(flows: Map<string, FlowState>): void {
  if (flows.size > MAX_FLOWS_KEPT) flows.clear()
}

export const toNanoseconds = ([seconds, nanoseconds]: Pair): bigint =>
  BigInt(seconds) * 1_000_000_000n + BigInt(nanoseconds)

/** What a flow that is there adds to the usage of all. */
export function usageOf(flow: FlowState): readonly Contribution[] {
  const { isLive, facts } = flow
  if (!isLive || !facts) return []
  const sums = flowSums(flow)
  const groups = {
    format: facts.format,
    codec: facts.codec,
    container: facts.container,
    resolution: facts.resolution,
    frame_rate: facts.frame_rate,
    status: facts.status,
  }
  return [
    { dimension: 'total', value: '', weight: 1, sums: { ...sums, ...histogramSums(flow) } },
    ...Object.entries(groups).map(([dimension, value]) => ({
      dimension,
      value: value ?? '',
      weight: 1,
      sums,
    })),
  ]
}

/** Kilobits are kept times nanoseconds, so that bytes are rounded once, when they are told. */
export function flowSums(flow: FlowState): Sums {
  const { first, last, facts } = flow
  const bit_rate = facts?.bit_rate ?? null
  return {
    flows: 1n,
    flows_with_segments: flow.segments > 0 ? 1n : 0n,
    flows_without_bit_rate: bit_rate === null && flow.segments > 0 ? 1n : 0n,
    segments: BigInt(flow.segments),
    duration: flow.duration,
    span: first && last ? toNanoseconds([last[0], last[1]]) - toNanoseconds(first) : 0n,
    stretches: BigInt(flow.segments - flow.joins),
    kilobits: flow.duration * BigInt(bit_rate ?? 0),
    objects: BigInt(flow.objects),
    measured_objects: BigInt(flow.measured_objects),
    measured_bytes: flow.measured_bytes,
  }
}

export const histogramSums = ({ histogram }: Pick<FlowState, 'histogram'>): Sums =>
  Object.fromEntries(
    histogram.flatMap((count, bucket) => (count === 0 ? [] : [[bucketName(bucket), BigInt(count)]])),
  )

export const bucketName = (bucket: number): string => `bucket_${bucket}`

type Nullable<T> = { readonly [K in keyof T]: T[K] | null }

export type FlowRow = { readonly key: number; readonly id: string } & Nullable<{
  is_live: number
  facts: string
  segments: number
  duration: string
  joins: number
  histogram: string
  objects: number
  measured_objects: number
  measured_bytes: string
  first_s: number
  first_ns: number
  last_s: number
  last_ns: number
  last_inclusive: number
  shortest_s: number
  shortest_ns: number
  longest_s: number
  longest_ns: number
}>

export const ofRow = (row: FlowRow): FlowState => ({
  key: row.key,
  id: row.id,
  isLive: row.is_live === 1,
  facts: row.facts === null ? null : (JSON.parse(row.facts) as FlowFacts),
  segments: row.segments ?? 0,
  duration: BigInt(row.duration ?? 0),
  joins: row.joins ?? 0,
  histogram: row.histogram === null ? emptyHistogram() : (JSON.parse(row.histogram) as number[]),
  objects: row.objects ?? 0,
  measured_objects: row.measured_objects ?? 0,
  measured_bytes: BigInt(row.measured_bytes ?? 0),
  first: row.first_s === null ? null : [row.first_s, row.first_ns!],
  last: row.last_s === null ? null : [row.last_s, row.last_ns!, row.last_inclusive!],
  shortest: row.shortest_s === null ? null : [row.shortest_s, row.shortest_ns!],
  longest: row.longest_s === null ? null : [row.longest_s, row.longest_ns!],
  hasShrunk: false,
})

export const emptyHistogram = (): number[] => Array<number>(DURATION_BOUNDS.length + 1).fill(0)

export function saveFlow({ prepare, position }: ViewWrite, flow: FlowState): void {
  prepare(
    `UPDATE flows SET is_live = ?, facts = ?, source_id = ?, segments = ?, duration = ?, joins = ?,
       histogram = ?, objects = ?, measured_objects = ?, measured_bytes = ?, first_s = ?, first_ns = ?, last_s = ?,
       last_ns = ?, last_inclusive = ?, shortest_s = ?, shortest_ns = ?, longest_s = ?, longest_ns = ?,
       changed = ?
     WHERE key = ?`,
  ).run(
    flow.isLive ? 1 : null,
    flow.facts && JSON.stringify(flow.facts),
    flow.facts?.source_id ?? null,
    flow.segments,
    String(flow.duration),
    flow.joins,
    JSON.stringify(flow.histogram),
    flow.objects,
    flow.measured_objects,
    String(flow.measured_bytes),
    ...(flow.first ?? [null, null]),
    ...(flow.last ?? [null, null, null]),
    ...(flow.shortest ?? [null, null]),
    ...(flow.longest ?? [null, null]),
    position,
    flow.key,
  )
}
