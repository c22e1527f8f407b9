import type { ResourceTable, TableName } from '../../projections/vast/table-change.ts'
import { checkpointTable } from '../../projections/vast/tables/checkpoint.ts'
import type { SchemaRef } from '../adapters/vast-db/names.ts'
import type { Table } from '../adapters/vast-db/table.ts'
import type { Transaction } from '../adapters/vast-db/transaction.ts'
import type { CatalogSnapshot } from './catalog-snapshots.ts'
import { type Checkpoints, LOG, readCheckpoints, saveCheckpoint } from './checkpoints.ts'
import { NO_ROWS, type PendingBatch, type RowsToWrite } from './pending-batch.ts'
import type { RowCount } from './write-changes.ts'
import { writeCollections } from './write-collections.ts'
import { writeRows } from './write-rows.ts'
import { writeSegments } from './write-segments.ts'

/** The tables are not where this batch begins: it is already in them, or they were made anew. */
export class CheckpointMoved extends Error {
  override readonly name = 'CheckpointMoved'
}

/** @throws CheckpointMoved */
export function requirePosition(checkpoints: Checkpoints, expected: number): void {
  const position = checkpoints.get(LOG)?.position
  if (position !== expected)
    throw new CheckpointMoved(`the tables are at ${position ?? 'no position'}, not at ${expected}`)
}

const ALONE = ['webhooks', 'deletion_requests', 'profiles'] as const satisfies ResourceTable[]

/** Objects whose rows were written as the catalog had them at a position: nothing up to there changes them any more. */
export type WrittenObjects = { readonly rows: RowsToWrite; readonly upTo: number }

export const NONE_WRITTEN: WrittenObjects = { rows: NO_ROWS, upTo: 0 }

/**
 * Brings the tables from where a batch begins to where it ends, and says so in the same transaction.
 * @param written what this returned of the batch before
 * @throws CheckpointMoved
 */
export async function writeBatch(
  tx: Transaction,
  place: SchemaRef,
  batch: PendingBatch,
  snapshot: CatalogSnapshot,
  written: WrittenObjects,
  count: RowCount,
  nowMs: number,
): Promise<WrittenObjects> {
  const table = (name: TableName): Table => tx.table({ ...place, table: name })
  const checkpoint = tx.table({ ...place, table: checkpointTable.name })
  const checkpoints = await readCheckpoints(checkpoint)
  requirePosition(checkpoints, batch.from)
  // First: of two who write the same batch, the second is told before it has written anything.
  await saveCheckpoint(checkpoint, checkpoints, LOG, batch.to, nowMs)
  const { rows } = batch
  await writeSegments(table('segments'), batch, snapshot, count)
  await writeCollections(
    { flows: table('flows'), sources: table('sources') },
    allOf(rows.get('flows')),
    allOf(rows.get('sources')),
    snapshot,
    count,
  )
  const objects = unwritten(batch, written)
  await writeRows(table('objects'), 'objects', objects, snapshot, count)
  for (const name of ALONE) {
    const ids = rows.get(name)
    if (ids) await writeRows(table(name), name, ids, snapshot, count)
  }
  // Not those that were passed over: their rows are as they were before this snapshot.
  return { rows: objects, upTo: snapshot.position }
}

/** An object is allocated, and soon registered: while much is caught up with, its row has both the first time. */
function unwritten({ rows, to }: PendingBatch, written: WrittenObjects): RowsToWrite {
  const objects = rows.get('objects') ?? NO_ROWS
  if (objects.known.length === 0 || to.position > written.upTo) return objects
  const before = new Set(allOf(written.rows))
  return { begun: objects.begun, known: objects.known.filter((id) => !before.has(id)) }
}

const allOf = ({ known, begun }: RowsToWrite = NO_ROWS): readonly string[] => [...known, ...begun]
