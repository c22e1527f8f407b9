import type { StorageBackend } from '../storage/storage-backends.ts'
import type { MediaFinding } from './finding.ts'
import { isWhole, lookAt, type MediaLook, someAtOnce } from './look-at-media.ts'
import { objectsNow } from './objects-now.ts'
import type { ReconcileServices } from './reconcile-services.ts'
import type { Suspect } from './suspect-table.ts'

/** A suspect that is what it seemed to be; a repair can settle it where it is `open`. */
export type ExaminedSuspect = { readonly suspect: Suspect; readonly finding: MediaFinding }

/**
 * Holds suspects against the truth: what the store says now, and after that the objects' streams. Bytes go
 * only when the stream says so, so whoever misses them first and then finds them still wanted is right.
 * @returns those that stand it
 * @throws MediaStoreUnavailable of this backend
 */
export async function examineMedia(
  services: ReconcileServices,
  backend: StorageBackend,
  suspects: readonly Suspect[],
): Promise<readonly ExaminedSuspect[]> {
  const orphans = suspects.filter(({ object_id }) => object_id === null)
  const known = suspects.filter(({ object_id }) => object_id !== null)
  const looks = await someAtOnce(known, ({ key }) => lookAt(backend.store, key))
  const wrong = known.flatMap((suspect, i) => {
    const look = looks[i] ?? 'absent'
    return isWhole(look, suspect.expected_bytes) ? [] : [{ suspect, look }]
  })
  const objects = await objectsNow(
    services.log,
    wrong.map(({ suspect }) => suspect.object_id ?? ''),
  )
  const examined = await someAtOnce(wrong, async ({ suspect, look }) => {
    const state = objects.get(suspect.object_id ?? '')?.state
    if (state?.status !== 'registered') return []
    const instance = state.controlled[backend.id]
    if (instance?.key !== suspect.key || !instance.stored) return []
    const others = Object.entries(state.controlled).filter(([id, { stored }]) => id !== backend.id && stored)
    const outcome = await outlook(services, others, suspect.expected_bytes, Object.keys(state.urls).length)
    return [{ suspect, finding: { ...findingOf(backend, suspect, look), ...outcome } }]
  })
  return [
    ...orphans.map((suspect) => ({
      suspect,
      finding: { ...findingOf(backend, suspect), outcome: 'open' as const },
    })),
    ...examined.flat(),
  ]
}

function findingOf({ id }: StorageBackend, suspect: Suspect, look: MediaLook = 'broken') {
  const { key, object_id, expected_bytes } = suspect
  const seen = { absent: { kind: 'missing', size_bytes: null } as const, broken: suspect }
  const { kind, size_bytes } =
    typeof look === 'object' ? { kind: 'other_size' as const, size_bytes: look.sizeBytes } : seen[look]
  return {
    kind,
    storage_id: id,
    key,
    ...(object_id !== null && { object_id }),
    ...(size_bytes !== null && { size_bytes }),
    ...(expected_bytes !== null && { expected_bytes }),
  }
}

/** Whether there is another instance to make this one anew from. */
async function outlook(
  { commands }: ReconcileServices,
  others: readonly (readonly [string, { readonly key: string }])[],
  expected_bytes: number | null,
  urls: number,
): Promise<Pick<MediaFinding, 'outcome' | 'reason'>> {
  let away: string | undefined
  for (const [storage_id, { key }] of others) {
    const backend = commands.storageBackends.byId.get(storage_id)
    const look = backend && (await lookAt(backend.store, key).catch(() => undefined))
    if (look === undefined) away = storage_id
    else if (isWhole(look, expected_bytes)) return { outcome: 'open' }
  }
  if (away !== undefined)
    return { outcome: 'kept', reason: `its other instance is in ${away}, which is away` }
  if (urls > 0) return { outcome: 'kept', reason: 'its other instances are URLs that others control' }
  return { outcome: 'lost' }
}
