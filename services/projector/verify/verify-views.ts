import { VIEWS, type ViewName } from '../../../projections/analytics/view-tables.ts'
import { checkpointTable } from '../../../projections/vast/tables/checkpoint.ts'
import { AnalyticsUnavailable, readAnalytics } from '../../analytics/analytics-reader.ts'
import { readCheckpoints } from '../checkpoints.ts'
import { VIEWS_ROW } from '../views/view-checkpoint.ts'
import { VIEW_NAMES } from '../views/view-names.ts'
import { wholeView } from '../views/view-rows.ts'
import type { Compared } from './table-sums.ts'
import { type TableReport, verifyTable } from './verify-tables.ts'
import type { Behind, VerifyTools } from './verify-tools.ts'

/**
 * Compares the tables of the views with the views, both as they are at one position, which is at least `from`.
 * @returns how far each is, where these are not the same
 */
export const verifyViewsOnce = (
  { db, place, signal, onRows }: VerifyTools,
  path: string,
  from: number,
): Promise<readonly TableReport[] | Behind> =>
  db.transaction(
    async (tx) => {
      const checkpoints = await readCheckpoints(tx.table({ ...place, table: checkpointTable.name }))
      const at = checkpoints.get(VIEWS_ROW)?.position ?? 0
      return readAnalytics(path, async (reader) => {
        if (reader.position !== at || at < from || !checkpoints.has(VIEWS_ROW))
          return { at, log: Math.max(reader.position, from) }
        const reports: TableReport[] = []
        for (const name of VIEW_NAMES) {
          const table = tx.table({ ...place, table: name })
          reports.push(await verifyTable(comparedView(name), table, () => wholeView(name, reader), onRows))
        }
        return reports
      }).catch((error) => {
        if (error instanceof AnalyticsUnavailable) return { at, log: from }
        throw error
      })
    },
    { signal },
  )

const comparedView = (name: ViewName): Compared => ({
  name,
  columns: VIEWS[name].columns,
  key: VIEWS[name].key,
  groupColumn: 'value',
  hasGroupOfEach: false,
})
