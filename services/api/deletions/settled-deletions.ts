import { setTimeout as delay } from 'node:timers/promises'
import type { Catalog } from '../../catalog/catalog.ts'
import type { DeletionRow } from '../../catalog/deletion-queries.ts'

/** Milliseconds. Looking takes microseconds, and works wherever the saga runs. */
const LOOK_EVERY_MS = 10

/**
 * Waits until deletions that the catalog knows are over, for so long at most; for those held back, not at all.
 * @returns those that have not been carried out: under way still, or failed
 */
export async function settledDeletions(
  catalog: Catalog,
  deletion_ids: readonly string[],
  waitMs: number,
): Promise<readonly DeletionRow[]> {
  const until = performance.now() + waitMs
  for (;;) {
    const rows = deletion_ids.flatMap((id) => catalog.reader.deletionRequest(id) ?? [])
    const left = rows.filter(({ status }) => status !== 'done')
    const isOpen = left.some(({ status, due_ms }) => status !== 'error' && due_ms === null)
    if (!isOpen || performance.now() >= until) return left
    await delay(LOOK_EVERY_MS)
  }
}
