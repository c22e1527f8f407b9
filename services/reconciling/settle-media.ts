import { randomUUID } from 'node:crypto'
import { decideObject } from '../../domain/media-object/media-object.ts'
import { commandContext } from '../commands/event-context.ts'
import { objectStream } from '../commands/stream-kind.ts'
import type { StorageBackend } from '../storage/storage-backends.ts'
import type { ExaminedSuspect } from './examine-media.ts'
import type { MediaFinding } from './finding.ts'
import { RECONCILE_ACTOR, type ReconcileServices } from './reconcile-services.ts'

/**
 * Settles those that are open: bytes that nothing knows of go; an instance without its bytes, or with others,
 * is taken off the object, and asked for again as a copy, which the service then makes. Doing it twice is
 * harmless.
 * @throws MediaStoreUnavailable, LogUnavailable, CommandContended: some may be settled by then
 */
export async function settleMedia(
  services: ReconcileServices,
  backend: StorageBackend,
  examined: readonly ExaminedSuspect[],
): Promise<readonly MediaFinding[]> {
  const orphans = examined.filter(({ suspect }) => suspect.object_id === null)
  await backend.store.remove(orphans.map(({ suspect }) => suspect.key))
  const findings: MediaFinding[] = orphans.map(({ finding }) => ({ ...finding, outcome: 'settled' }))
  for (const { suspect, finding } of examined) {
    if (suspect.object_id === null) continue
    if (finding.outcome !== 'open') findings.push(finding)
    else findings.push({ ...finding, ...(await makeAnew(services, backend, suspect.object_id, suspect.key)) })
  }
  return findings
}

async function makeAnew(
  { commands, now }: ReconcileServices,
  { id: storage_id, store }: StorageBackend,
  object_id: string,
  key: string,
): Promise<Pick<MediaFinding, 'outcome' | 'reason'>> {
  const { outcome } = await commands.run(
    commandContext(randomUUID(), RECONCILE_ACTOR),
    async (unit): Promise<Pick<MediaFinding, 'outcome' | 'reason'>> => {
      const object = await unit.load(objectStream, object_id)
      const { state } = object
      // Removed or replaced since it was looked at: there is nothing left to settle.
      if (state.status !== 'registered' || state.controlled[storage_id]?.key !== key)
        return { outcome: 'settled' }
      const removed = decideObject({ type: 'RemoveInstance', object_id, instance: { storage_id } }, state)
      if (!removed.accepted) return { outcome: 'kept', reason: removed.rejection.reason }
      object.append(removed.events)
      const copy = { object_id, storage_id, key: store.newKey(now(), object_id) }
      const requested = decideObject({ type: 'RequestInstance', ...copy }, object.state)
      if (requested.accepted) object.append(requested.events)
      return { outcome: 'settled' }
    },
  )
  return outcome
}
