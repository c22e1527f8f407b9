import { saveFlow, usageOf } from './flow-state.ts'
import { writeIngest } from './ingest.ts'
import { saveObjects } from './object-state.ts'
import { flushObjectSums } from './object-sums.ts'
import { contribute, USAGE_SCOPE, writeSums } from './sums.ts'
import { flushSegments } from './timeline-views.ts'
import type { FlowState, Pair, ViewWrite } from './view-write.ts'

/** Writes what a transaction has changed. */
export function flushViews(write: ViewWrite): void {
  const { prepare, sums, touched, counts } = write
  flushSegments(write)
  writeLengths(write)
  writeJoins(write)
  saveObjects(write)
  flushObjectSums(write.objectSums, sums)
  for (const [flow, before] of touched) {
    if (flow.hasShrunk) lookUpEnds(write, flow)
    contribute(sums, USAGE_SCOPE, before, -1)
    contribute(sums, USAGE_SCOPE, usageOf(flow), 1)
    saveFlow(write, flow)
  }
  writeSums(prepare, sums)
  for (const [kind, by] of counts) {
    prepare('INSERT INTO counts VALUES (?, ?) ON CONFLICT DO UPDATE SET count = count + excluded.count').run(
      kind,
      by,
    )
  }
  writeIngest(write)
}

function writeLengths({ prepare, lengths }: ViewWrite): void {
  const ofHour = prepare(
    'INSERT INTO hours VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET count = count + excluded.count',
  )
  const ofFlow = prepare(
    'INSERT INTO durations VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET count = count + excluded.count',
  )
  for (const { flow, hour, length_s, length_ns, by } of lengths.values()) {
    if (by === 0) continue
    ofHour.run(flow, hour, length_s, length_ns, by)
    ofFlow.run(flow, length_s, length_ns, by)
    if (by > 0) continue
    const of = 'flow = ? AND length_s = ? AND length_ns = ? AND count = 0'
    prepare(`DELETE FROM hours WHERE hour = ? AND ${of}`).run(hour, flow, length_s, length_ns)
    prepare(`DELETE FROM durations WHERE ${of}`).run(flow, length_s, length_ns)
  }
}

function writeJoins({ prepare, joins }: ViewWrite): void {
  for (const { flow, hour, by } of joins.values()) {
    if (by === 0) continue
    prepare(
      'INSERT INTO joins VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET count = count + excluded.count',
    ).run(flow, hour, by)
    if (by < 0) prepare('DELETE FROM joins WHERE flow = ? AND hour = ? AND count = 0').run(flow, hour)
  }
}

/** Its segments are in order, and the lengths they have too. */
function lookUpEnds({ prepare }: ViewWrite, flow: FlowState): void {
  const end = <R>(columns: string, table: string, order: string): R | null => {
    const statement = prepare(`SELECT ${columns} FROM ${table} WHERE flow = ? ORDER BY ${order} LIMIT 1`)
    statement.setReturnArrays(true)
    return (statement.get(flow.key) as R | undefined) ?? null
  }
  flow.first = end<Pair>('start_s, start_ns', 'segments', 'start_s, start_ns')
  flow.last = end('end_s, end_ns, end_inclusive', 'segments', 'start_s DESC, start_ns DESC')
  flow.shortest = end<Pair>('length_s, length_ns', 'durations', 'length_s, length_ns')
  flow.longest = end<Pair>('length_s, length_ns', 'durations', 'length_s DESC, length_ns DESC')
  flow.hasShrunk = false
}
