import type { RecordBatch } from 'apache-arrow'
import { recordBatch } from '../../../projections/vast/arrow/record-batch.ts'
import type { TableName } from '../../../projections/vast/table-change.ts'
import { TABLES } from '../../../projections/vast/tables/all-tables.ts'
import type { Columns } from '../../../projections/vast/tables/column.ts'
import { equal } from '../../adapters/vast-db/query/predicate.ts'
import type { Table } from '../../adapters/vast-db/table.ts'
import type { CatalogSnapshot } from '../catalog-snapshots.ts'
import { slicesOf } from '../fill-tables.ts'
import { type RowTexts, rowTexts } from './row-digests.ts'
import { differingGroups, groupColumn, groupOf, tableSums } from './table-sums.ts'

/** A row that is not as it has to be. */
export type RowDifference = {
  readonly table: TableName
  /** Its key, as text. */
  readonly key: string
  /** Only of segments. */
  readonly flow_id?: string
  readonly what: 'missing' | 'unexpected' | 'twice' | 'different'
  /** What is different, and how. */
  readonly columns: readonly { readonly name: string; readonly expected: string; readonly found: string }[]
}

export type TableReport = {
  readonly table: TableName
  readonly expected: number
  readonly found: number
  /** How many flows, or groups of ids, have other rows than they should. */
  readonly differing_groups: number
  /** Some of the rows that are not as they have to be. */
  readonly differences: readonly RowDifference[]
}

const MAX_GROUPS_LOOKED_AT = 50
const MAX_DIFFERENCES = 100

/** Compares a table in VAST DB with the catalog, by counts and checksums first, and by rows where they differ. */
export async function verifyTable(
  name: TableName,
  table: Table,
  snapshot: CatalogSnapshot,
  onRows: (rows: number) => void,
): Promise<TableReport> {
  const columns = Object.keys(TABLES[name].columns)
  const expected = await tableSums(name, expectedBatches(name, snapshot), onRows)
  const found = await tableSums(name, table.select({ columns }), onRows)
  const differing = differingGroups(expected, found)
  const differences =
    differing.length === 0
      ? []
      : await rowDifferences(name, table, snapshot, new Set(differing.slice(0, MAX_GROUPS_LOOKED_AT)))
  return {
    table: name,
    expected: sumOf(expected),
    found: sumOf(found),
    differing_groups: differing.length,
    differences: differences.slice(0, MAX_DIFFERENCES),
  }
}

const sumOf = (sums: ReadonlyMap<string, { readonly rows: number }>): number =>
  [...sums.values()].reduce((total, { rows }) => total + rows, 0)

function* expectedBatches(name: TableName, snapshot: CatalogSnapshot): Generator<RecordBatch> {
  const columns: Columns = TABLES[name].columns
  for (const rows of slicesOf(name, snapshot)) if (rows.length > 0) yield recordBatch(columns, rows)
}

async function rowDifferences(
  name: TableName,
  table: Table,
  snapshot: CatalogSnapshot,
  groups: ReadonlySet<string>,
): Promise<readonly RowDifference[]> {
  const expected = await rowsOfGroups(name, expectedBatches(name, snapshot), groups)
  const found = await rowsOfGroups(name, storedBatches(name, table, groups), groups)
  const keys = [...new Set([...expected.keys(), ...found.keys()])]
  return keys.flatMap((key) => differencesOf(name, key, expected.get(key) ?? [], found.get(key) ?? []))
}

/** Of segments, only the flows that matter are read again. */
async function* storedBatches(
  name: TableName,
  table: Table,
  groups: ReadonlySet<string>,
): AsyncGenerator<RecordBatch> {
  const columns = Object.keys(TABLES[name].columns)
  if (name !== 'segments') yield* table.select({ columns })
  else for (const flow_id of groups) yield* table.select({ columns, where: equal('flow_id', flow_id) })
}

async function rowsOfGroups(
  name: TableName,
  batches: AsyncIterable<RecordBatch> | Iterable<RecordBatch>,
  groups: ReadonlySet<string>,
): Promise<ReadonlyMap<string, RowTexts[]>> {
  const { columns, key } = TABLES[name]
  const rows = new Map<string, RowTexts[]>()
  for await (const batch of batches) {
    const group = batch.getChild(groupColumn(name))!
    let row = 0
    for (const texts of rowTexts(batch, Object.keys(columns))) {
      if (!groups.has(groupOf(name, group.get(row++)))) continue
      const cells = new Map(texts)
      const text = (key as readonly string[]).map((column) => cells.get(column)).join(' ')
      rows.set(text, [...(rows.get(text) ?? []), texts])
    }
  }
  return rows
}

function differencesOf(
  table: TableName,
  key: string,
  expected: readonly RowTexts[],
  found: readonly RowTexts[],
): RowDifference[] {
  const [wanted, is] = [expected[0], found[0]]
  const flow = table === 'segments' ? new Map(wanted ?? is).get('flow_id') : undefined
  const about = { table, key, ...(flow !== undefined && { flow_id: JSON.parse(flow) as string }) }
  if (!is) return [{ ...about, what: 'missing', columns: [] }]
  if (!wanted) return [{ ...about, what: 'unexpected', columns: [] }]
  if (found.length > expected.length) return [{ ...about, what: 'twice', columns: [] }]
  const columns = wanted.flatMap(([name, text], at) => {
    const [, other] = is[at]!
    return text === other ? [] : [{ name, expected: text, found: other }]
  })
  return columns.length > 0 ? [{ ...about, what: 'different', columns }] : []
}
