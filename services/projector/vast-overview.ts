import type { VastStatus, VastTableName } from '../../contracts/resources/vast-status.ts'
import { checkpointTable } from '../../projections/vast/tables/checkpoint.ts'
import type { VastDb } from '../adapters/vast-db/connect.ts'
import type { TableStats } from '../adapters/vast-db/ddl/table-stats.ts'
import type { TableDetails } from '../adapters/vast-db/ddl/tables.ts'
import { isVastDbError } from '../adapters/vast-db/vast-db-error.ts'
import type { VastConfig } from '../config/vast-variables.ts'
import { LOG, readCheckpoints } from './checkpoints.ts'
import { TABLE_NAMES } from './prepare-tables.ts'
import { connectTo, placeOf } from './vast-connection.ts'
import { VIEWS_ROW } from './views/view-checkpoint.ts'
import { VIEW_NAMES } from './views/view-names.ts'

/** VAST DB, for those who only ask, and who wait for the answer. */
export type VastOverview = {
  status(head: number, projectorError: string | undefined): Promise<VastStatus>
  /** @throws VastDbError, as the next one does */
  buckets(): Promise<readonly string[]>
  /** @returns undefined where there is no such table yet */
  stats(name: VastTableName): Promise<TableStats | undefined>
  close(): void
}

const ALL_NAMES: ReadonlySet<string> = new Set([...TABLE_NAMES, ...VIEW_NAMES])

const IMPATIENT = {
  retries: { tries: 1 },
  timeouts: { connectMs: 1_500, idleMs: 2_500 },
  leaveAloneMs: { first: 1_000, most: 5_000 },
}
const ANSWER_WITHIN_MS = 3_000

export function vastOverview(vast: VastConfig): VastOverview {
  let known: VastDb | undefined
  const place = placeOf(vast)
  const db = async (): Promise<VastDb> => {
    known ??= await connectTo(vast, { ...IMPATIENT, signal: AbortSignal.timeout(ANSWER_WITHIN_MS) })
    return known
  }
  const asking = () => ({ signal: AbortSignal.timeout(ANSWER_WITHIN_MS) })

  const tables = async () =>
    (await db()).transaction(async (tx) => {
      if (!(await tx.schemaExists(place))) return { found: [], position: null, viewsPosition: null }
      const found: TableDetails[] = []
      for await (const table of tx.listTables(place, { withSizes: true })) found.push(table)
      const checkpoint = tx.table({ ...place, table: checkpointTable.name })
      if (!found.some(({ name }) => name === checkpointTable.name))
        return { found, position: null, viewsPosition: null }
      const checkpoints = await readCheckpoints(checkpoint)
      const positionOf = (row: string) => checkpoints.get(row)?.position ?? null
      return { found, position: positionOf(LOG), viewsPosition: positionOf(VIEWS_ROW) }
    }, asking())

  return {
    async status(head, projectorError) {
      const base = {
        configured: true,
        bucket: vast.bucket,
        schema: vast.schema,
        projector: { enabled: vast.isProjecting, error: projectorError ?? null },
      }
      const endpoints = () =>
        known?.health().map(({ baseUrl, healthy, failures, reason }) => ({
          url: baseUrl,
          healthy,
          failures,
          ...(reason !== undefined && { reason }),
        })) ?? vast.endpoints.map((url) => ({ url, healthy: false, failures: 0 }))
      try {
        // An address that nobody has a use for now may be down all the same.
        const [{ found, position, viewsPosition }] = await Promise.all([
          tables(),
          db().then((each) => each.probe()),
        ])
        return {
          ...base,
          connected: true,
          version: known!.version.join('.'),
          endpoints: endpoints(),
          tables: found
            .filter(({ name }) => ALL_NAMES.has(name))
            .map(({ name, rows, bytes, sorted }) => ({
              name: name as VastTableName,
              rows: Number(rows),
              bytes: Number(bytes),
              sorted,
            })),
          projector: {
            ...base.projector,
            position,
            lag_events: position === null ? null : Math.max(0, head - position),
            views_position: viewsPosition,
          },
          error: null,
        }
      } catch (error) {
        return {
          ...base,
          connected: false,
          version: known?.version.join('.') ?? null,
          endpoints: endpoints(),
          tables: [],
          projector: { ...base.projector, position: null, lag_events: null, views_position: null },
          error: error instanceof Error ? error.message : String(error),
        }
      }
    },
    buckets: async () => (await db()).listBuckets(),
    stats: async (name) =>
      (await db()).transaction(async (tx) => {
        try {
          return await tx.table({ ...place, table: name }).stats()
        } catch (error) {
          if (isVastDbError(error, 'not_found')) return undefined
          throw error
        }
      }, asking()),
    close: () => known?.close(),
  }
}

/** What the same asks say where there is no VAST DB. */
export const NO_VAST: VastStatus = {
  configured: false,
  connected: false,
  version: null,
  bucket: null,
  schema: null,
  endpoints: [],
  tables: [],
  projector: { enabled: false, position: null, lag_events: null, views_position: null, error: null },
  error: null,
}
