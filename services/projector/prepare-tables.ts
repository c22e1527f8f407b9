import { arrowSchema } from '../../projections/vast/arrow/arrow-schema.ts'
import type { TableName } from '../../projections/vast/table-change.ts'
import { TABLES } from '../../projections/vast/tables/all-tables.ts'
import { checkpointTable } from '../../projections/vast/tables/checkpoint.ts'
import type { SchemaRef } from '../adapters/vast-db/names.ts'
import { type ServerVersion, supports } from '../adapters/vast-db/server-version.ts'
import type { Transaction } from '../adapters/vast-db/transaction.ts'
import { type Checkpoint, type Checkpoints, LOG, readCheckpoints, saveCheckpoint } from './checkpoints.ts'
import { columnsThatDiffer } from './fit-columns.ts'
import { VIEW_NAMES } from './views/view-names.ts'

export const TABLE_NAMES = Object.keys(TABLES) as readonly TableName[]

/** Tables of these names are there, and nothing says that this service has made them. */
export class ForeignTables extends Error {
  override readonly name = 'ForeignTables'
}

/** A table that lacks rows or columns: it is to be filled from the catalog. */
export type Unfilled = { readonly name: TableName; readonly how: 'fill' | 'refill' | 'swap' }

export type Prepared = {
  readonly checkpoints: Checkpoints
  readonly log: Checkpoint
  readonly unfilled: readonly Unfilled[]
}

const BEGINNING: Checkpoint = { position: 0, event_id: null }

/**
 * Makes the schema and the tables that are missing, and adds columns that are.
 * @returns how far they are, and which of them are not whole
 * @throws ForeignTables
 */
export async function prepareTables(
  tx: Transaction,
  version: ServerVersion,
  place: SchemaRef,
  nowMs: number,
): Promise<Prepared> {
  await tx.createSchemaIfMissing(place)
  const there = new Set<string>()
  for await (const { name } of tx.listTables(place)) there.add(name)
  const checkpoint = tx.table({ ...place, table: checkpointTable.name })
  if (!there.has(checkpointTable.name)) {
    const taken = [...TABLE_NAMES, ...VIEW_NAMES].filter((name) => there.has(name))
    if (taken.length > 0)
      throw new ForeignTables(`in ${place.bucket}/${place.schema} there are already: ${taken.join(', ')}`)
    for (const name of TABLE_NAMES) await createDeclared(tx, version, place, name)
    await tx.createTable(checkpoint.ref, arrowSchema(checkpointTable.columns))
    await saveCheckpoint(checkpoint, new Map(), LOG, BEGINNING, nowMs)
    return { checkpoints: await readCheckpoints(checkpoint), log: BEGINNING, unfilled: [] }
  }
  const checkpoints = await readCheckpoints(checkpoint)
  const unfilled: Unfilled[] = []
  for (const name of TABLE_NAMES) {
    if (there.has(name)) {
      const how = await fitColumns(tx, place, name)
      if (how) unfilled.push({ name, how })
    } else {
      await createDeclared(tx, version, place, name)
      unfilled.push({ name, how: 'fill' })
    }
  }
  return { checkpoints, log: checkpoints.get(LOG) ?? BEGINNING, unfilled }
}

/** @param as another name for the table */
export async function createDeclared(
  tx: Transaction,
  version: ServerVersion,
  place: SchemaRef,
  name: TableName,
  as: string = name,
): Promise<void> {
  const { columns, sortedBy } = TABLES[name]
  // Older servers keep the rows as they come.
  const options = supports(version, 'sorted tables') ? { sortedBy } : {}
  await tx.createTable({ ...place, table: as }, arrowSchema(columns), options)
}

async function fitColumns(
  tx: Transaction,
  place: SchemaRef,
  name: TableName,
): Promise<Unfilled['how'] | undefined> {
  const table = tx.table({ ...place, table: name })
  const wanted = arrowSchema(TABLES[name].columns)
  const { isOther, missing } = columnsThatDiffer(await table.columns(), wanted)
  if (isOther) return 'swap'
  if (missing.length === 0) return undefined
  await table.addColumns(wanted.select([...missing]))
  return 'refill'
}
