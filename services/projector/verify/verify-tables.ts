import type { RecordBatch } from 'apache-arrow'
import { recordBatch } from '../../../projections/vast/arrow/record-batch.ts'
import type { Columns, RowOf } from '../../../projections/vast/tables/column.ts'
import { equal } from '../../adapters/vast-db/query/predicate.ts'
import type { Table } from '../../adapters/vast-db/table.ts'
import { type RowTexts, rowTexts } from './row-digests.ts'
import { type Compared, differingGroups, groupOf, tableSums } from './table-sums.ts'

/** A row that is not as it has to be. */
export type RowDifference = {
  readonly table: Compared['name']
  /** Its key, as text. */
  readonly key: string
  /** Only of segments. */
  readonly flow_id?: string
  readonly what: 'missing' | 'unexpected' | 'twice' | 'different'
  /** What is different, and how. */
  readonly columns: readonly { readonly name: string; readonly expected: string; readonly found: string }[]
}

export type TableReport = {
  readonly table: Compared['name']
  readonly expected: number
  readonly found: number
  /** How many flows, or groups of ids, have other rows than they should. */
  readonly differing_groups: number
  /** Some of the rows that are not as they have to be. */
  readonly differences: readonly RowDifference[]
}

const MAX_GROUPS_LOOKED_AT = 50
const MAX_DIFFERENCES = 100

/** All rows a table has to have, anew each time. */
export type Expected = () => AsyncIterable<readonly RowOf<Columns>[]> | Iterable<readonly RowOf<Columns>[]>

/**
 * Compares a table in VAST DB with what it has to be, by counts and checksums first, and by rows where they differ.
 */
export async function verifyTable(
  compared: Compared,
  table: Table,
  rows: Expected,
  onRows: (rows: number) => void,
): Promise<TableReport> {
  const columns = Object.keys(compared.columns)
  const expected = await tableSums(compared, batchesOf(compared, rows), onRows)
  const found = await tableSums(compared, table.select({ columns }), onRows)
  const differing = differingGroups(expected, found)
  const differences =
    differing.length === 0
      ? []
      : await rowDifferences(compared, table, rows, new Set(differing.slice(0, MAX_GROUPS_LOOKED_AT)))
  return {
    table: compared.name,
    expected: sumOf(expected),
    found: sumOf(found),
    differing_groups: differing.length,
    differences: differences.slice(0, MAX_DIFFERENCES),
  }
}

const sumOf = (sums: ReadonlyMap<string, { readonly rows: number }>): number =>
  [...sums.values()].reduce((total, { rows }) => total + rows, 0)

async function* batchesOf({ columns }: Compared, rows: Expected): AsyncGenerator<RecordBatch> {
  for await (const slice of rows()) if (slice.length > 0) yield recordBatch(columns, slice)
}

async function rowDifferences(
  compared: Compared,
  table: Table,
  rows: Expected,
  groups: ReadonlySet<string>,
): Promise<readonly RowDifference[]> {
  const expected = await rowsOfGroups(compared, batchesOf(compared, rows), groups)
  const found = await rowsOfGroups(compared, storedBatches(compared, table, groups), groups)
  const keys = [...new Set([...expected.keys(), ...found.keys()])]
  return keys.flatMap((key) =>
    differencesOf(compared.name, key, expected.get(key) ?? [], found.get(key) ?? []),
  )
}

/** Of segments, only the flows that matter are read again. */
async function* storedBatches(
  compared: Compared,
  table: Table,
  groups: ReadonlySet<string>,
): AsyncGenerator<RecordBatch> {
  const columns = Object.keys(compared.columns)
  if (!compared.hasGroupOfEach) yield* table.select({ columns })
  else for (const each of groups) yield* table.select({ columns, where: equal(compared.groupColumn, each) })
}

async function rowsOfGroups(
  compared: Compared,
  batches: AsyncIterable<RecordBatch>,
  groups: ReadonlySet<string>,
): Promise<ReadonlyMap<string, RowTexts[]>> {
  const { columns, key } = compared
  const rows = new Map<string, RowTexts[]>()
  for await (const batch of batches) {
    const group = batch.getChild(compared.groupColumn)!
    let row = 0
    for (const texts of rowTexts(batch, Object.keys(columns))) {
      if (!groups.has(groupOf(compared, group.get(row++)))) continue
      const cells = new Map(texts)
      const text = key.map((column) => cells.get(column)).join(' ')
      rows.set(text, [...(rows.get(text) ?? []), texts])
    }
  }
  return rows
}

function differencesOf(
  table: Compared['name'],
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
