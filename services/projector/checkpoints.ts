import { recordBatch } from '../../projections/vast/arrow/record-batch.ts'
import { checkpointTable } from '../../projections/vast/tables/checkpoint.ts'
import { ROW_ID, type RowIds, rowIdsOf } from '../adapters/vast-db/rows/row-ids.ts'
import type { Table } from '../adapters/vast-db/table.ts'

export type Checkpoint = {
  readonly position: number
  /** The event's at that position; none for the beginning. */
  readonly event_id: string | null
}

/** The row that tells how far all tables are, but for those that have rows of their own. */
export const LOG = 'log'

/** What the rows of `framelog_checkpoint` say, by name. */
export type Checkpoints = ReadonlyMap<string, Checkpoint & { readonly row: RowIds }>

export async function readCheckpoints(table: Table): Promise<Checkpoints> {
  const found = new Map<string, Checkpoint & { readonly row: RowIds }>()
  const columns = ['name', 'position', 'event_id', ROW_ID]
  for await (const batch of table.select({ columns, subSplits: 1 })) {
    const ids = rowIdsOf(batch.getChild(ROW_ID)!)
    for (const [at, { name, position, event_id }] of [...batch].entries()) {
      const row = { ...ids, values: ids.values.slice(at, at + 1) }
      found.set(name, { position: Number(position), event_id, row })
    }
  }
  return found
}

/** The rows are updated, never replaced: of two transactions that move one, only one can be committed. */
export async function saveCheckpoint(
  table: Table,
  found: Checkpoints,
  name: string,
  { position, event_id }: Checkpoint,
  nowMs: number,
): Promise<void> {
  const { name: _, ...others } = checkpointTable.columns
  const said = { name, position, event_id, updated: nowMs }
  const row = found.get(name)?.row
  if (row) await table.update(row, recordBatch(others, [said]))
  else await table.insert(recordBatch(checkpointTable.columns, [said]))
}
