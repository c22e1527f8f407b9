import { setTimeout as delay } from 'node:timers/promises'
import { checkpointTable } from '../../projections/vast/tables/checkpoint.ts'
import type { VastDb } from '../adapters/vast-db/connect.ts'
import type { SchemaRef } from '../adapters/vast-db/names.ts'
import { isVastDbError } from '../adapters/vast-db/vast-db-error.ts'
import { prepareTables, TABLE_NAMES } from './prepare-tables.ts'
import { VIEW_NAMES } from './views/view-names.ts'

const ATTEMPTS = 120
const WAIT_MS = 250

/** Makes all tables anew, empty, at the beginning of the log. A projector that runs goes on from there. */
export async function dropTables(db: VastDb, place: SchemaRef): Promise<void> {
  const names = new Set<string>([checkpointTable.name, ...TABLE_NAMES, ...VIEW_NAMES])
  for (let attempt = 1; ; attempt++) {
    try {
      return await db.transaction(async (tx) => {
        const there: string[] = []
        if (await tx.schemaExists(place))
          for await (const { name } of tx.listTables(place)) if (names.has(name)) there.push(name)
        for (const table of there) await tx.table({ ...place, table }).drop()
        await prepareTables(tx, db.version, place, Date.now())
      })
    } catch (error) {
      // A projector is in the middle of a batch.
      if (attempt >= ATTEMPTS || !isVastDbError(error, 'conflict')) throw error
      await delay(WAIT_MS)
    }
  }
}
