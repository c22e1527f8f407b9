import type { StoredMedia } from '../ports/media-store.ts'
import { CopyImpossible, storeAt } from './copy-errors.ts'
import type { CopySource } from './copy-sources.ts'
import type { CopyTarget } from './copy-target.ts'
import { haveSameBytes } from './same-bytes.ts'

/**
 * Copies from another store, the shortest way there is, and compares what arrived.
 * @throws CopyImpossible, PlaceAway, UploadRefused; what the stores fail with
 */
export async function copyFromStore(
  { place, backend: { store }, key }: Extract<CopySource, { key: string }>,
  target: CopyTarget,
): Promise<StoredMedia> {
  const { signal } = target
  const media = await storeAt(place, () => store.head(key))
  if (!media) throw new CopyImpossible('source_missing')
  const made = target.present ?? (await target.store.copyFrom(store, key, target.key, signal))
  if (!made) throw new CopyImpossible('source_missing')
  const copy = { store: target.store, key: target.key, media: made }
  if (await haveSameBytes({ store, key, media }, copy, signal)) return made
  throw new CopyImpossible('checksum_mismatch')
}
