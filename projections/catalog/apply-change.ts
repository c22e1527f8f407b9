import { parseTimeRange } from '../../contracts/time/timerange.ts'
import type { CatalogWrite } from './catalog-write.ts'
import { forgetExtent, noteSegment } from './flow-extent.ts'
import { insertRows } from './insert-rows.ts'
import { movedFlows, removeMember, rewriteSources, setMembers } from './member-rows.ts'
import { relistAll, unlist } from './relist.ts'
import type { RowChange } from './row-change.ts'
import { segmentRow } from './segment-row.ts'
import { rowsByColumns, stagePut } from './staged-rows.ts'

type Appliers = {
  readonly [Op in RowChange['op']]: (write: CatalogWrite, change: Extract<RowChange, { op: Op }>) => void
}

/** Applies a change: at once, or with many others when the batch is flushed. Order is kept either way. */
export const applyChange = (write: CatalogWrite, change: RowChange): void =>
  (appliers[change.op] as (write: CatalogWrite, change: RowChange) => void)(write, change)

const appliers: Appliers = {
  put: ({ staged }, { table, id, set }) => {
    stagePut(staged, table, id, set)
    if (table === 'flows' || table === 'sources') staged.relisted[table].add(id)
  },
  'touch-segments': ({ staged }, { flow_id, time_ms }) => {
    staged.touched.set(flow_id, time_ms)
  },
  'add-segments': (write, { flow_id, segments }) => {
    const timeline = timelineKey(write, flow_id)
    for (const segment of segments) {
      const row = segmentRow(segment)
      write.staged.segments.push([timeline, ...row])
      noteSegment(write, flow_id, timeline, row)
    }
  },
  remove: (write, { table, id }) => {
    flushStaged(write)
    if (table === 'flows' || table === 'sources') unlist(write, table, id)
    write.prepare(`DELETE FROM ${table} WHERE id = ?`).run(id)
  },
  'remove-segments': (write, change) => {
    flushStaged(write)
    removeSegments(write, change)
  },
  'set-members': ({ staged }, { flow_id, members }) => {
    staged.members.set(flow_id, members)
  },
  'remove-member': (write, { member_id }) => {
    flushStaged(write)
    removeMember(write, member_id)
  },
  'add-url': ({ prepare }, { object_id, label, url }) => {
    prepare('INSERT INTO object_urls VALUES (?, ?, ?)').run(object_id, label, url)
  },
  'remove-urls': ({ prepare }, { object_id }) => {
    prepare('DELETE FROM object_urls WHERE object_id = ?').run(object_id)
  },
}

/** Writes what is staged. Puts come before touches, which need their rows, and facets follow from all of it. */
export function flushStaged(write: CatalogWrite): void {
  const { prepare, staged } = write
  const moved = movedFlows(write)
  for (const [table, rows] of staged.puts) {
    for (const { columns, values } of rowsByColumns(rows).values()) {
      const updates = columns.map((column) => `${column} = excluded.${column}`).join(', ')
      const insert = `INSERT INTO ${table} (id, ${columns.join(', ')})`
      insertRows(prepare, insert, values, `ON CONFLICT (id) DO UPDATE SET ${updates}`)
    }
  }
  staged.puts.clear()
  for (const flow_id of moved) rewriteSources(write, flow_id)
  for (const [flow_id, members] of staged.members) setMembers(write, flow_id, members)
  staged.members.clear()
  insertRows(prepare, 'INSERT INTO segments', staged.segments)
  staged.segments.length = 0
  const touch = prepare('UPDATE flows SET segments_updated_ms = ? WHERE id = ?')
  for (const [flow_id, time_ms] of staged.touched) touch.run(time_ms, flow_id)
  staged.touched.clear()
  relistAll(write)
}

const MAX_TIMELINES_KEPT = 100_000

/** Timelines have small integer keys, for ten million segments each repeat theirs. */
function timelineKey({ prepare, timelines, windows }: CatalogWrite, flow_id: string): number {
  const known = timelines.get(flow_id)
  if (known !== undefined) return known
  prepare('INSERT OR IGNORE INTO timelines (flow_id) VALUES (?)').run(flow_id)
  const { key } = prepare('SELECT key FROM timelines WHERE flow_id = ?').get(flow_id) as { key: number }
  if (timelines.size >= MAX_TIMELINES_KEPT) {
    timelines.clear()
    windows.clear()
  }
  timelines.set(flow_id, key)
  return key
}

/** The extent starts and ends on deleted segments, so whatever lies within it went with them. */
function removeSegments(
  write: CatalogWrite,
  { flow_id, timerange, object_id }: Extract<RowChange, { op: 'remove-segments' }>,
): void {
  const range = parseTimeRange(timerange)
  if (range.kind === 'empty' || !range.start || !range.end) throw new Error('an extent has both ends')
  const { start, end } = range
  const endAt = [end.at.seconds, end.at.nanoseconds] as const
  const timeline = timelineKey(write, flow_id)
  forgetExtent(write, flow_id, timeline)
  write
    .prepare(
      `DELETE FROM segments WHERE timeline = ?
         AND (start_s, start_ns) >= (?, ?) AND (start_s, start_ns) <= (?, ?)
         AND (end_s, end_ns, end_inclusive) <= (?, ?, ?)
         AND (? IS NULL OR object_id = ?)`,
    )
    .run(
      timeline,
      start.at.seconds,
      start.at.nanoseconds,
      ...endAt,
      ...endAt,
      end.inclusive ? 1 : 0,
      object_id,
      object_id,
    )
}
