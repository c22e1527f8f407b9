import type { PendingPurge } from '../observability/metrics.ts'
import type { PurgeServices } from './purge-page.ts'

/** A larger backlog is as good as any other, and would take long to count. */
const COUNTED = 100_000

/** What waits to be removed, for each Storage Backend that is configured or has something that waits. */
export async function pendingPurges(
  { log, commands: { catalog, storageBackends } }: PurgeServices,
  nowMs: number,
): Promise<readonly PendingPurge[]> {
  const ids = new Set([...storageBackends.byId.keys(), ...catalog.reader.storagesWithPurges()])
  return Promise.all(
    [...ids].map(async (storage_id) => {
      const { count, oldest } = catalog.reader.pendingPurges(storage_id, COUNTED)
      const [cause] = oldest === undefined ? [] : await log.readAll(oldest - 1, 1)
      return { storage_id, count, oldestSeconds: cause ? Math.max(0, nowMs - cause.timeMs) / 1000 : 0 }
    }),
  )
}
