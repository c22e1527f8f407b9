import type { RecordBatch } from 'apache-arrow'
import type { ViewName } from '../../../projections/analytics/view-tables.ts'
import type { TableName } from '../../../projections/vast/table-change.ts'
import type { Columns } from '../../../projections/vast/tables/column.ts'
import { DIGEST_SPAN, rowDigest, rowTexts } from './row-digests.ts'

/** A table that is compared, and how its rows are grouped. */
export type Compared = {
  readonly name: TableName | ViewName
  readonly columns: Columns
  readonly key: readonly string[]
  readonly groupColumn: string
  /** Whether a group is all rows that have one value in that column: else it is a part of a few thousand. */
  readonly hasGroupOfEach: boolean
}

/** Rows of a group, and the sum of their digests: in whatever order they come, it is the same. */
export type GroupSum = { rows: number; checksum: number }

export type TableSums = ReadonlyMap<string, GroupSum>

const GROUPS = 4_096

/** The group of a row, by what it has in the group's column. */
export function groupOf({ hasGroupOfEach }: Compared, value: string | null): string {
  if (hasGroupOfEach) return value ?? ''
  let hash = 0
  for (let at = 0; at < (value?.length ?? 0); at++) hash = (hash * 31 + value!.charCodeAt(at)) | 0
  return String((hash >>> 0) % GROUPS)
}

/** @param onRows told how many rows were read */
export async function tableSums(
  compared: Compared,
  batches: AsyncIterable<RecordBatch> | Iterable<RecordBatch>,
  onRows: (rows: number) => void,
): Promise<TableSums> {
  const columns = Object.keys(compared.columns)
  const sums = new Map<string, GroupSum>()
  for await (const batch of batches) {
    const groups = batch.getChild(compared.groupColumn)!
    let row = 0
    for (const texts of rowTexts(batch, columns)) {
      const group = groupOf(compared, groups.get(row++))
      let sum = sums.get(group)
      if (!sum) {
        sum = { rows: 0, checksum: 0 }
        sums.set(group, sum)
      }
      sum.rows++
      sum.checksum = (sum.checksum + rowDigest(texts)) % DIGEST_SPAN
    }
    onRows(batch.numRows)
  }
  return sums
}

/** The groups that are not the same. */
export function differingGroups(one: TableSums, other: TableSums): readonly string[] {
  const groups = new Set([...one.keys(), ...other.keys()])
  return [...groups].filter((group) => {
    const [a, b] = [one.get(group), other.get(group)]
    return a?.rows !== b?.rows || a?.checksum !== b?.checksum
  })
}
