import type { DatabaseSyncInstance } from '@photostructure/sqlite'
import type { RecordBatch } from 'apache-arrow'
import type { Tags } from '../../contracts/resources/tags.ts'
import { parseTimeRange } from '../../contracts/time/timerange.ts'
import type { Timestamp } from '../../contracts/time/timestamp.ts'
import { columnBuilder } from '../../projections/vast/arrow/column-builder.ts'
import { recordBatch, withColumn } from '../../projections/vast/arrow/record-batch.ts'
import { jsonText } from '../../projections/vast/tables/json-text.ts'
import { segmentsTable } from '../../projections/vast/tables/segments.ts'
import { and, equal, greaterEqual, lessEqual } from '../adapters/vast-db/query/predicate.ts'
import { joinRowIds, ROW_ID, type RowIds, rowIdsOf } from '../adapters/vast-db/rows/row-ids.ts'
import type { Table } from '../adapters/vast-db/table.ts'
import { type SegmentTagQueries, segmentTagQueries } from '../catalog/segment-tag-queries.ts'
import type { CatalogSnapshot } from './catalog-snapshots.ts'
import { oneAhead } from './one-ahead.ts'
import type { PendingBatch } from './pending-batch.ts'
import type { SegmentSlice, SegmentStep } from './segment-steps.ts'
import type { RowCount } from './write-changes.ts'

/** Adds and removes segments as events tell, in their order, and has their tags be what the catalog says. */
export async function writeSegments(
  table: Table,
  { segments, tagged }: PendingBatch,
  { database }: CatalogSnapshot,
  count: RowCount,
): Promise<void> {
  const tags = segmentTagQueries(database)
  const isTagged = taggedTimelines(database)
  for (const step of segments) {
    if (step.op === 'remove-segments') await removeSegments(table, step, count)
    else await addSegments(table, step.slices, (slice) => withTags(slice, isTagged, tags), count)
  }
  for (const { flow_id, object_id } of tagged)
    await writeTags(table, flow_id, object_id, tags.segmentTags(flow_id, object_id), count)
}

async function addSegments(
  table: Table,
  slices: readonly SegmentSlice[],
  tagged: (slice: SegmentSlice) => RecordBatch,
  count: RowCount,
): Promise<void> {
  const inserts = oneAhead()
  for (const slice of slices) {
    const batch = tagged(slice)
    await inserts.start(() => table.insert(batch))
    count('segments', 'inserted', batch.numRows)
  }
  await inserts.done()
}

function withTags(
  { batch, runs }: SegmentSlice,
  isTagged: (flow_id: string) => boolean,
  tags: SegmentTagQueries,
): RecordBatch {
  if (!runs.some(({ flow_id }) => isTagged(flow_id))) return batch
  const objects = batch.getChild('object_id')!
  const texts = columnBuilder(segmentsTable.columns.tags, batch.numRows)
  let row = 0
  for (const { flow_id, rows } of runs) {
    const ids = Array.from({ length: rows }, () => objects.get(row++) as string)
    const found = isTagged(flow_id) ? tags.segmentTagsOf(flow_id, ids) : undefined
    for (const id of ids) texts.append(jsonText(found?.get(id)))
  }
  return withColumn(batch, 'tags', texts.take())
}

function taggedTimelines(database: DatabaseSyncInstance): (flow_id: string) => boolean {
  const found = database.prepare('SELECT is_tagged FROM timelines WHERE flow_id = ?')
  return (flow_id) => (found.get(flow_id) as { is_tagged: number | null } | undefined)?.is_tagged === 1
}

/** The extent starts and ends on deleted segments, so whatever lies within it went with them. */
async function removeSegments(
  table: Table,
  { flow_id, timerange, object_id }: Extract<SegmentStep, { op: 'remove-segments' }>,
  count: RowCount,
): Promise<void> {
  const range = parseTimeRange(timerange)
  if (range.kind === 'empty' || !range.start || !range.end) throw new Error('an extent has both ends')
  const { start, end } = range
  const where = and(
    equal('flow_id', flow_id),
    greaterEqual('start_s', start.at.seconds),
    lessEqual('start_s', end.at.seconds),
    ...(object_id === null ? [] : [equal('object_id', object_id)]),
  )
  const columns = ['start_s', 'start_ns', 'end_s', 'end_ns', 'end_inclusive', ROW_ID]
  const found: RowIds[] = []
  for await (const batch of table.select({ columns, where, subSplits: 1 })) {
    const { values, wide } = rowIdsOf(batch.getChild(ROW_ID)!)
    const inside = [...batch].flatMap((row, at) => {
      const segmentStart = { seconds: Number(row['start_s']), nanoseconds: row['start_ns'] as number }
      const segmentEnd = { seconds: Number(row['end_s']), nanoseconds: row['end_ns'] as number }
      const order = compare(segmentEnd, end.at)
      const endsWithin = order < 0 || (order === 0 && (end.inclusive || !row['end_inclusive']))
      return compare(segmentStart, start.at) >= 0 && endsWithin ? [values[at]!] : []
    })
    if (inside.length > 0) found.push({ values: inside, wide })
  }
  if (found.length === 0) return
  const ids = joinRowIds(found)
  await table.delete(ids)
  count('segments', 'deleted', ids.values.length)
}

const compare = (a: Timestamp, b: Timestamp): number =>
  a.seconds === b.seconds ? a.nanoseconds - b.nanoseconds : a.seconds - b.seconds

async function writeTags(
  table: Table,
  flow_id: string,
  object_id: string,
  tags: Tags | undefined,
  count: RowCount,
): Promise<void> {
  const where = and(equal('flow_id', flow_id), equal('object_id', object_id))
  const found: RowIds[] = []
  for await (const batch of table.select({ columns: [ROW_ID], where, subSplits: 1 }))
    found.push(rowIdsOf(batch.getChild(ROW_ID)!))
  if (found.length === 0) return
  const ids = joinRowIds(found)
  const text = tags && Object.keys(tags).length > 0 ? jsonText(tags) : null
  const row = { tags: text }
  await table.update(ids, recordBatch({ tags: 'text' }, Array(ids.values.length).fill(row)))
  count('segments', 'updated', ids.values.length)
}
