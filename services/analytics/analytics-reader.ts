import type { DatabaseSyncInstance, StatementSyncInstance } from '@photostructure/sqlite'
import { openAnalyticsForReading } from '../../projections/analytics/analytics-database.ts'

/** The views as they are at one position of the log. */
export type AnalyticsReader = {
  readonly position: number
  /** The id of the event there; null at the beginning. */
  readonly eventId: string | null
  prepare(sql: string): StatementSyncInstance
}

/** There are no views yet, or they are just being made anew. */
export class AnalyticsUnavailable extends Error {
  override readonly name = 'AnalyticsUnavailable'
}

/**
 * Reads views at one position, whatever comes in meanwhile. The file is opened for each reader: whoever keeps it
 * may make it anew, and readers that take their time do not get into each other's transactions.
 * @throws AnalyticsUnavailable
 */
export async function readAnalytics<T>(
  path: string,
  read: (reader: AnalyticsReader) => T | Promise<T>,
): Promise<T> {
  const database = openAnalyticsForReading(path)
  if (!database) throw new AnalyticsUnavailable('the views are being built')
  try {
    database.exec('BEGIN')
    return await read({
      position: positionOf(database),
      eventId: (meta(database, 'event') as string | undefined) ?? null,
      prepare: (sql) => database.prepare(sql),
    })
  } finally {
    database.close()
  }
}

/** How far the views are; 0 where there are none. */
export function analyticsPosition(path: string): number {
  const database = openAnalyticsForReading(path)
  if (!database) return 0
  try {
    return positionOf(database)
  } finally {
    database.close()
  }
}

const positionOf = (database: DatabaseSyncInstance): number =>
  (meta(database, 'position') as number | undefined) ?? 0

const meta = (database: DatabaseSyncInstance, key: 'position' | 'event'): unknown =>
  (database.prepare('SELECT value FROM meta WHERE key = ?').get(key) as { value: unknown } | undefined)?.value
