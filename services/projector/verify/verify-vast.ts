import { setTimeout as delay } from 'node:timers/promises'
import type { TableName } from '../../../projections/vast/table-change.ts'
import { TABLES } from '../../../projections/vast/tables/all-tables.ts'
import { checkpointTable } from '../../../projections/vast/tables/checkpoint.ts'
import { isVastDbError } from '../../adapters/vast-db/vast-db-error.ts'
import { LOG, readCheckpoints } from '../checkpoints.ts'
import { slicesOf } from '../fill-tables.ts'
import { TABLE_NAMES } from '../prepare-tables.ts'
import { VIEWS_ROW } from '../views/view-checkpoint.ts'
import { VIEW_NAMES } from '../views/view-names.ts'
import type { Compared } from './table-sums.ts'
import { type TableReport, verifyTable } from './verify-tables.ts'
import type { Behind, VerifyTools } from './verify-tools.ts'
import { verifyViewsOnce } from './verify-views.ts'

export type VastReport = { readonly position: number; readonly tables: readonly TableReport[] }

/** The tables do not come to stand where the log stands. */
export class NotCaughtUp extends Error {
  override readonly name = 'NotCaughtUp'
}

const PATIENCE_MS = 30_000
const LOOK_EVERY_MS = 250

/**
 * Compares the tables with the catalog, both as they are at one position of the log.
 * @throws NotCaughtUp, VastDbError
 */
export async function verifyVast(tools: VerifyTools): Promise<VastReport> {
  const report = await untilEqual(tools, () => verifyOnce(tools))
  const { viewsPath } = tools
  if (viewsPath === undefined) return report
  const views = await untilEqual(tools, () => verifyViewsOnce(tools, viewsPath, report.position))
  return { ...report, tables: [...report.tables, ...views] }
}

async function untilEqual<T extends object>(
  { patienceMs = PATIENCE_MS, signal }: VerifyTools,
  verify: () => Promise<T | Behind>,
): Promise<T> {
  const until = Date.now() + patienceMs
  for (;;) {
    const outcome = await verify()
    if (!('at' in outcome && 'log' in outcome)) return outcome
    if (Date.now() >= until)
      throw new NotCaughtUp(
        `the tables are at position ${outcome.at}, the log is at ${outcome.log}: is a projector running?`,
      )
    await delay(LOOK_EVERY_MS, undefined, { signal })
  }
}

/** A transaction sees the tables as they were when it began. */
const verifyOnce = ({
  db,
  place,
  catalog,
  viewsPath,
  signal,
  onTotal,
  onRows,
}: VerifyTools): Promise<VastReport | Behind> =>
  db.transaction(
    async (tx) => {
      const checkpoint = tx.table({ ...place, table: checkpointTable.name })
      const checkpoints = await readCheckpoints(checkpoint).catch((error) => {
        if (!isVastDbError(error, 'not_found')) throw error
        throw new NotCaughtUp(`there are no tables in ${place.bucket}/${place.schema}`)
      })
      const position = checkpoints.get(LOG)?.position ?? 0
      return catalog.at(position, signal, async (snapshot) => {
        if (snapshot.position !== position) return { at: position, log: snapshot.position }
        const tables: TableReport[] = []
        let total = 0
        const names = [
          ...TABLE_NAMES,
          ...(viewsPath !== undefined && checkpoints.has(VIEWS_ROW) ? VIEW_NAMES : []),
        ]
        for (const table of names) total += Number((await tx.table({ ...place, table }).stats()).rows)
        onTotal(2 * total)
        for (const name of TABLE_NAMES) {
          const table = tx.table({ ...place, table: name })
          tables.push(await verifyTable(comparedTable(name), table, () => slicesOf(name, snapshot), onRows))
        }
        return { position, tables }
      })
    },
    { signal },
  )

/** Segments go by their flow. */
const comparedTable = (name: TableName): Compared => ({
  name,
  columns: TABLES[name].columns,
  key: TABLES[name].key,
  groupColumn: name === 'segments' ? 'flow_id' : 'id',
  hasGroupOfEach: name === 'segments',
})
