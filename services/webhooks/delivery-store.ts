import { existsSync, mkdirSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync, type DatabaseSyncInstance } from '@photostructure/sqlite'
import type { WebhookStatus } from '../../contracts/resources/webhook.ts'
import { isDamaged } from '../../projections/catalog/catalog-database.ts'
import type { KeptSubscriber } from './subscriber.ts'

/** How far events have been handed out: to the event of that id, at that position. */
export type HandedOut = { readonly position: number; readonly event: string }

/**
 * How far each webhook has been told, in a file of its own. It may be behind what was done, after a power cut
 * say, and then events are sent again; it is never ahead.
 */
export type DeliveryStore = Deliveries & {
  /** All of it at once, or nothing. */
  save(handedOut: HandedOut | undefined, changed: readonly KeptSubscriber[], gone: readonly string[]): void
  clear(): void
  close(): void
}

export type Deliveries = {
  handedOut(): HandedOut | undefined
  subscribers(): readonly KeptSubscriber[]
}

const VERSION = 1

const SCHEMA = `
CREATE TABLE IF NOT EXISTS handed_out (one INTEGER PRIMARY KEY CHECK (one = 1), position INTEGER, event TEXT);
CREATE TABLE IF NOT EXISTS subscribers (
  id TEXT PRIMARY KEY, settings TEXT NOT NULL, status TEXT NOT NULL, acknowledged INTEGER, failing TEXT,
  last_delivery_ms INTEGER
) WITHOUT ROWID;
PRAGMA user_version = ${VERSION};
`

type Row = {
  readonly id: string
  readonly settings: string
  readonly status: WebhookStatus
  readonly acknowledged: number | null
  readonly failing: string | null
  readonly last_delivery_ms: number | null
}

/** Opens it; makes an empty one where there is none, or one that is damaged or of another version. */
export function openDeliveryStore(path: string): DeliveryStore {
  mkdirSync(dirname(path), { recursive: true })
  const database = openSound(path) ?? openAnew(path)
  const put = database.prepare('INSERT OR REPLACE INTO subscribers VALUES (?, ?, ?, ?, ?, ?)')
  const remove = database.prepare('DELETE FROM subscribers WHERE id = ?')
  const putHandedOut = database.prepare('INSERT OR REPLACE INTO handed_out VALUES (1, ?, ?)')

  const inTransaction = (work: () => void): void => {
    database.exec('BEGIN IMMEDIATE')
    try {
      work()
      database.exec('COMMIT')
    } catch (error) {
      if (database.isTransaction) database.exec('ROLLBACK')
      throw error
    }
  }

  return {
    ...deliveriesIn(database),
    save: (reached, changed, gone) =>
      inTransaction(() => {
        if (reached) putHandedOut.run(reached.position, reached.event)
        for (const { id, settings, status, acknowledged, failing, lastDeliveryMs } of changed) {
          put.run(
            id,
            JSON.stringify(settings),
            status,
            acknowledged ?? null,
            failing ? JSON.stringify(failing) : null,
            lastDeliveryMs ?? null,
          )
        }
        for (const id of gone) remove.run(id)
      }),
    clear: () => inTransaction(() => database.exec('DELETE FROM subscribers; DELETE FROM handed_out')),
    close: () => database.close(),
  }
}

/** For whoever looks on, beside the one that writes it. @returns undefined where there is none to be read */
export function readDeliveries<T>(path: string, use: (deliveries: Deliveries) => T): T | undefined {
  if (!existsSync(path)) return undefined
  const database = new DatabaseSync(path, { readOnly: true, timeout: 5000 })
  try {
    return versionOf(database) === VERSION ? use(deliveriesIn(database)) : undefined
  } finally {
    database.close()
  }
}

function deliveriesIn(database: DatabaseSyncInstance): Deliveries {
  const all = database.prepare('SELECT * FROM subscribers ORDER BY id')
  const handedOut = database.prepare('SELECT position, event FROM handed_out')
  return {
    handedOut: () => handedOut.get() as HandedOut | undefined,
    subscribers: () => (all.all() as Row[]).map(keptOf),
  }
}

const versionOf = (database: DatabaseSyncInstance): number =>
  (database.prepare('PRAGMA user_version').get() as { user_version: number }).user_version

const keptOf = (row: Row): KeptSubscriber => ({
  id: row.id,
  settings: JSON.parse(row.settings),
  status: row.status,
  acknowledged: row.acknowledged ?? undefined,
  failing: row.failing === null ? undefined : JSON.parse(row.failing),
  lastDeliveryMs: row.last_delivery_ms ?? undefined,
})

function openSound(path: string): DatabaseSyncInstance | undefined {
  const database = new DatabaseSync(path)
  try {
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA busy_timeout = 5000')
    const version = versionOf(database)
    if (version === 0) database.exec(SCHEMA)
    if (version === 0 || (version === VERSION && isWhole(database))) return database
  } catch (error) {
    if (!isDamaged(error)) throw error
  }
  database.close()
  return undefined
}

/** What nobody can read or write would end whoever delivers, again and again. */
function isWhole(database: DatabaseSyncInstance): boolean {
  const tables = `SELECT count(*) AS count FROM sqlite_schema WHERE name IN ('handed_out', 'subscribers')`
  if ((database.prepare(tables).get() as { count: number }).count !== 2) return false
  const { quick_check } = database.prepare('PRAGMA quick_check(1)').get() as { quick_check: string }
  return quick_check === 'ok'
}

function openAnew(path: string): DatabaseSyncInstance {
  for (const suffix of ['', '-wal', '-shm']) rmSync(path + suffix, { force: true })
  const database = openSound(path)
  if (!database) throw new Error(`${path} cannot be made anew`)
  return database
}
