import { VIEWS } from '../../../projections/analytics/view-tables.ts'
import type { SchemaRef } from '../../adapters/vast-db/names.ts'
import { and, equal, isIn, type Predicate } from '../../adapters/vast-db/query/predicate.ts'
import type { Transaction } from '../../adapters/vast-db/transaction.ts'
import type { AnalyticsReader } from '../../analytics/analytics-reader.ts'
import type { RowCount } from '../write-changes.ts'
import { reconcileRows } from './reconcile-rows.ts'
import { VIEW_NAMES } from './view-names.ts'
import { VIEW_ROWS } from './view-rows.ts'

/** Brings the tables of the views, which are as the views were at a position, to where these are now. */
export async function writeViews(
  tx: Transaction,
  place: SchemaRef,
  reader: AnalyticsReader,
  since: number,
  count: RowCount,
): Promise<void> {
  for (const name of VIEW_NAMES) {
    const table = tx.table({ ...place, table: name })
    const { dimensions, few, many } = VIEW_ROWS[name]
    const where: Predicate | undefined = dimensions && isIn('dimension', dimensions)
    await reconcileRows(table, VIEWS[name], where, await few(reader), count)
    for (const { dimension, rows } of many?.(reader, since) ?? []) {
      const those = and(equal('dimension', dimension), isIn('value', [...rows.keys()]))
      const there = [...rows.values()].filter((row) => row !== null)
      await reconcileRows(table, VIEWS[name], those, there, count)
    }
  }
}
