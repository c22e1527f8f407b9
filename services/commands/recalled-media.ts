import type { MediaFacts } from '../../contracts/events/object-events.ts'
import type { ObjectState } from '../../domain/media-object/object-state.ts'
import { mediaFacts } from '../storage/media-facts.ts'
import type { StorageBackends } from '../storage/storage-backends.ts'

/** What the store knows by heart of an object that is about to be used first. Asks nobody: it is in the hot path. */
export function recalledMedia({ byId }: StorageBackends, state: ObjectState): MediaFacts | undefined {
  if (state.status !== 'unregistered') return undefined
  for (const [storage_id, { key }] of Object.entries(state.controlled)) {
    const media = byId.get(storage_id)?.store.recall?.(key)
    if (media) return mediaFacts(media)
  }
  return undefined
}
