import { parseTimeRange } from '../../contracts/time/timerange.ts'
import type { CatalogWrite, Timeline } from './catalog-write.ts'
import { forgetExtent, noteSegment } from './flow-extent.ts'
import { insertRows } from './insert-rows.ts'
import { enterZone, keepRetired, moveToRemoved } from './keep-past.ts'
import { movedFlows, removeMember, restoreMember, rewriteSources, setMembers } from './member-rows.ts'
import { purgeChanges, purgeInstances } from './purge-rows.ts'
import { relistAll, unlist } from './relist.ts'
import type { RowChange } from './row-change.ts'
import { segmentRow } from './segment-row.ts'
import { removeSegmentTag, setSegmentTag, tagsInExtent } from './segment-tags.ts'
import { zoneOf } from './segment-zone.ts'
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
  'untouch-segments': ({ staged }, { flow_id }) => {
    staged.touched.delete(flow_id)
  },
  'add-segments': (write, { flow_id, segments, position }) => {
    const timeline = timelineOf(write, flow_id)
    for (const segment of segments) {
      const row = segmentRow(segment)
      write.staged.segments.push([timeline.key, ...row, position])
      enterZone(write, timeline, zoneOf(row[0]), position)
      noteSegment(write, flow_id, timeline.key, row)
    }
  },
  'retire-object': (write, { object_id, position }) => {
    flushStaged(write)
    keepRetired(write, object_id, position)
    purgeInstances(write, object_id, position)
  },
  ...purgeChanges,
  remove: (write, { table, id }) => {
    flushStaged(write)
    if (table === 'flows' || table === 'sources') unlist(write, table, id)
    write.prepare(`DELETE FROM ${table} WHERE id = ?`).run(id)
  },
  'remove-segments': (write, change) => {
    flushStaged(write)
    removeSegments(write, change)
  },
  'set-segment-tag': (write, { flow_id, object_id, name, value }) => {
    setSegmentTag(write, { timeline: timelineOf(write, flow_id).key, object_id, name }, value)
  },
  'remove-segment-tag': (write, { flow_id, object_id, name }) => {
    removeSegmentTag(write, { timeline: timelineOf(write, flow_id).key, object_id, name })
  },
  'set-members': ({ prepare, staged }, { flow_id, members }) => {
    staged.members.set(flow_id, members)
    const pairs = members.map((member) => [member.id, flow_id])
    insertRows(prepare, 'INSERT OR IGNORE INTO memberships', pairs)
  },
  'restore-member': (write, { flow_id, place, member }) => {
    flushStaged(write)
    restoreMember(write, flow_id, place, member)
  },
  'remove-member': (write, { member_id }) => {
    flushStaged(write)
    removeMember(write, member_id)
  },
  'add-url': ({ prepare }, { object_id, label, url }) => {
    prepare('INSERT INTO object_urls VALUES (?, ?, ?)').run(object_id, label, url)
  },
  'remove-url': (write, { object_id, label }) => {
    write.prepare('DELETE FROM object_urls WHERE object_id = ? AND label = ?').run(object_id, label)
    countInstances(write, object_id)
  },
  'remove-urls': ({ prepare }, { object_id }) => {
    prepare('DELETE FROM object_urls WHERE object_id = ?').run(object_id)
  },
  'add-instance': ({ prepare }, { object_id, storage_id, key }) => {
    prepare('INSERT INTO object_instances VALUES (?, ?, ?)').run(object_id, storage_id, key)
  },
  'remove-instance': (write, { object_id, storage_id }) => {
    flushStaged(write)
    write
      .prepare('UPDATE objects SET storage_id = NULL, key = NULL WHERE id = ? AND storage_id = ?')
      .run(object_id, storage_id)
    write
      .prepare('DELETE FROM object_instances WHERE object_id = ? AND storage_id = ?')
      .run(object_id, storage_id)
    countInstances(write, object_id)
  },
  'remove-instances': ({ prepare }, { object_id }) => {
    prepare('DELETE FROM object_instances WHERE object_id = ?').run(object_id)
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

/** With nothing left beside its own row, an object costs readers no look-up. */
function countInstances(write: CatalogWrite, object_id: string): void {
  flushStaged(write)
  write
    .prepare(
      `UPDATE objects SET has_urls = CASE WHEN EXISTS (SELECT 1 FROM object_urls u WHERE u.object_id = id)
         OR EXISTS (SELECT 1 FROM object_instances i WHERE i.object_id = id) THEN 1 END WHERE id = ?`,
    )
    .run(object_id)
}

const MAX_TIMELINES_KEPT = 100_000

/** Timelines have small integer keys, for ten million segments each repeat theirs. */
function timelineOf({ prepare, timelines, windows }: CatalogWrite, flow_id: string): Timeline {
  const known = timelines.get(flow_id)
  if (known !== undefined) return known
  prepare('INSERT OR IGNORE INTO timelines (flow_id) VALUES (?)').run(flow_id)
  const { key } = prepare('SELECT key FROM timelines WHERE flow_id = ?').get(flow_id) as { key: number }
  if (timelines.size >= MAX_TIMELINES_KEPT) {
    timelines.clear()
    windows.clear()
  }
  const timeline = { key, zone: undefined }
  timelines.set(flow_id, timeline)
  return timeline
}

/** The extent starts and ends on deleted segments, so whatever lies within it went with them. */
function removeSegments(
  write: CatalogWrite,
  { flow_id, timerange, object_id, position }: Extract<RowChange, { op: 'remove-segments' }>,
): void {
  const range = parseTimeRange(timerange)
  if (range.kind === 'empty' || !range.start || !range.end) throw new Error('an extent has both ends')
  const { start, end } = range
  const endAt = [end.at.seconds, end.at.nanoseconds] as const
  const timeline = timelineOf(write, flow_id)
  forgetExtent(write, flow_id, timeline.key)
  const dropTags = tagsInExtent(write, timeline.key, [start.at.seconds, start.at.nanoseconds, ...endAt])
  const rows = {
    sql: `timeline = ?
         AND (start_s, start_ns) >= (?, ?) AND (start_s, start_ns) <= (?, ?)
         AND (end_s, end_ns, end_inclusive) <= (?, ?, ?)
         AND (? IS NULL OR object_id = ?)`,
    parameters: [
      timeline.key,
      start.at.seconds,
      start.at.nanoseconds,
      ...endAt,
      ...endAt,
      end.inclusive ? 1 : 0,
      object_id,
      object_id,
    ],
    zones: [zoneOf(start.at.seconds), zoneOf(end.at.seconds)] as const,
  }
  moveToRemoved(write, timeline, rows, position)
  dropTags()
}
