import type { OpenCopyRow } from '../catalog/copy-queries.ts'
import type { ObjectQueries } from '../catalog/object-queries.ts'
import type { StorageBackend, StorageBackends } from '../storage/storage-backends.ts'

/** `place` is what is left alone for a while when it fails. */
export type CopySource =
  | { readonly place: string; readonly backend: StorageBackend; readonly key: string }
  | { readonly place: string; readonly url: string }

export type CopyOrigins = {
  /** The best first. */
  readonly sources: readonly CopySource[]
  /** Of the upload the object was allocated for. */
  readonly contentType: string | null
  /** Some are in a Storage Backend that is not configured now. */
  readonly someUnknown: boolean
}

/**
 * Where an object's bytes can be had: in stores, those first that are like the target, for these may copy by
 * themselves; and then from URLs elsewhere.
 * @returns undefined where there is no such object any more
 */
export function copyOrigins(
  reader: Pick<ObjectQueries, 'object' | 'instances' | 'urls'>,
  { byId }: StorageBackends,
  { object_id, storage_id }: OpenCopyRow,
): CopyOrigins | undefined {
  const object = reader.object(object_id)
  if (!object) return undefined
  const { key, content_type: contentType, has_urls } = object
  const first = object.storage_id !== null && key !== null ? [{ storage_id: object.storage_id, key }] : []
  const instances = has_urls ? [...first, ...reader.instances(object_id)] : first
  const target = byId.get(storage_id)
  const stored = instances
    .flatMap((instance) => {
      const backend = byId.get(instance.storage_id)
      return backend ? [{ place: backend.id, backend, key: instance.key }] : []
    })
    .sort((a, b) => likeness(b.backend, target) - likeness(a.backend, target))
  const urls = has_urls
    ? reader.urls(object_id).map(({ url }) => ({ place: URL.canParse(url) ? new URL(url).origin : url, url }))
    : []
  return { sources: [...stored, ...urls], contentType, someUnknown: stored.length < instances.length }
}

const likeness = ({ provider, product }: StorageBackend, target: StorageBackend | undefined): number =>
  (product === target?.product ? 1 : 0) + (provider === target?.provider ? 1 : 0)
