import { type TableRef, tablePath } from '../names.ts'
import type { Session } from '../session.ts'
import { GetTableStatsResponse } from '../wire/generated/tabular/get-table-stats-response.ts'
import { readBody } from './read-body.ts'

export type TableStats = {
  /** It may take a moment to follow what was written. */
  readonly rows: bigint
  readonly bytes: bigint
  readonly sorted: boolean
  /** Whether all rows are where the sorting key wants them, and how near to it they are. */
  readonly sorting: { readonly done: boolean; readonly score: bigint }
  readonly writeAmplification: bigint
  /** Of a table whose rows bring their own ids in `vastdb_rowid`. */
  readonly ownRowIds: boolean
}

const SCORE_BITS = 63n

export async function tableStats(session: Session, ref: TableRef): Promise<TableStats> {
  const { body } = await session.send({ method: 'GET', path: tablePath(ref), query: 'stats' })
  return readBody(body, (bytes) => {
    const stats = GetTableStatsResponse.getRootAsGetTableStatsResponse(bytes)
    const score = BigInt.asUintN(64, stats.sortingScore())
    return {
      rows: stats.numRows(),
      bytes: stats.sizeInBytes(),
      sorted: stats.sortingKeyEnabled(),
      sorting: { done: score >> SCORE_BITS === 1n, score: BigInt.asUintN(Number(SCORE_BITS), score) },
      writeAmplification: stats.writeAmplification(),
      ownRowIds: stats.isExternalRowidAlloc(),
    }
  })
}
