import { setTimeout as delay } from 'node:timers/promises'
import { checkpointTable } from '../../../projections/vast/tables/checkpoint.ts'
import type { VastDb } from '../../adapters/vast-db/connect.ts'
import type { SchemaRef } from '../../adapters/vast-db/names.ts'
import { isVastDbError } from '../../adapters/vast-db/vast-db-error.ts'
import type { CatalogSnapshots } from '../catalog-snapshots.ts'
import { LOG, readCheckpoints } from '../checkpoints.ts'
import { TABLE_NAMES } from '../prepare-tables.ts'
import { type TableReport, verifyTable } from './verify-tables.ts'

export type VastReport = { readonly position: number; readonly tables: readonly TableReport[] }

/** The tables do not come to stand where the log stands. */
export class NotCaughtUp extends Error {
  override readonly name = 'NotCaughtUp'
}

export type VerifyTools = {
  readonly db: VastDb
  readonly place: SchemaRef
  readonly catalog: CatalogSnapshots
  readonly signal: AbortSignal
  /** Told once it is known about how many rows there are to read. */
  readonly onTotal: (rows: number) => void
  readonly onRows: (rows: number) => void
  /** For how long the tables may be behind before it is given up. Default: half a minute. */
  readonly patienceMs?: number
}

const PATIENCE_MS = 30_000
const LOOK_EVERY_MS = 250

/**
 * Compares the tables with the catalog, both as they are at one position of the log.
 * @throws NotCaughtUp, VastDbError
 */
export async function verifyVast(tools: VerifyTools): Promise<VastReport> {
  const until = Date.now() + (tools.patienceMs ?? PATIENCE_MS)
  for (;;) {
    const outcome = await verifyOnce(tools)
    if ('tables' in outcome) return outcome
    if (Date.now() >= until)
      throw new NotCaughtUp(
        `the tables are at position ${outcome.at}, the log is at ${outcome.log}: is a projector running?`,
      )
    await delay(LOOK_EVERY_MS, undefined, { signal: tools.signal })
  }
}

type Behind = { readonly at: number; readonly log: number }

/** A transaction sees the tables as they were when it began. */
const verifyOnce = ({
  db,
  place,
  catalog,
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
        for (const table of TABLE_NAMES) total += Number((await tx.table({ ...place, table }).stats()).rows)
        onTotal(2 * total)
        for (const name of TABLE_NAMES) {
          tables.push(await verifyTable(name, tx.table({ ...place, table: name }), snapshot, onRows))
        }
        return { position, tables }
      })
    },
    { signal },
  )
