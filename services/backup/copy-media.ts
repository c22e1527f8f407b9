import type { FilesystemMediaStore } from '../adapters/media-store/filesystem/filesystem-media-store.ts'
import { MediaStoreUnavailable, type StoredMedia } from '../ports/media-store.ts'
import { AT_ONCE } from './media-folder.ts'
import type { Copied, MediaPlaces, Place } from './media-places.ts'

export type CopyTools = {
  readonly places: MediaPlaces
  readonly source: FilesystemMediaStore
  readonly target: FilesystemMediaStore
  readonly signal: AbortSignal
  readonly onCopied: (objects: number, bytes: number) => void
  readonly warn: (text: string) => void
}

const PAGE = 1_000

/**
 * Copies what has not been copied of a Storage Backend, and is there. What the backup has already stays; what it has
 * and the backend has no more, too.
 */
export async function copyMedia(tools: CopyTools, storageId: string): Promise<void> {
  const { places, signal } = tools
  for (let after = ''; ; ) {
    const page = places.open(storageId, after, PAGE)
    const last = page.at(-1)
    if (!last) return
    const copies = await copyPage(tools, page)
    signal.throwIfAborted()
    places.copied(copies)
    after = last.key
  }
}

async function copyPage(tools: CopyTools, page: readonly Place[]): Promise<readonly Copied[]> {
  const keys = page.map(({ key }) => key)
  const [gone, absent] = await Promise.all([tools.source.missing?.(keys), tools.target.missing?.(keys)])
  const worth = page.filter(({ key }) => !gone?.has(key) || !absent?.has(key))
  tools.onCopied(page.length - worth.length, 0)
  const copies: Copied[] = []
  for (let start = 0; start < worth.length; start += AT_ONCE) {
    tools.signal.throwIfAborted()
    const some = worth.slice(start, start + AT_ONCE)
    const media = await Promise.all(some.map((place) => copied(tools, place)))
    for (const [i, { storage_id, key }] of some.entries()) {
      const its = media[i]
      tools.onCopied(1, its?.sizeBytes ?? 0)
      if (its) copies.push({ storage_id, key, bytes: its.sizeBytes, sha256: sha256Of(its) })
    }
  }
  return copies
}

/** @returns undefined where it is not to be had: it is not uploaded yet, gone, or damaged */
async function copied(
  { source, target, signal, warn }: CopyTools,
  { key, object_id }: Place,
): Promise<StoredMedia | undefined> {
  try {
    return (await keptBefore(target, key)) ?? (await target.copyFrom(source, key, key, signal))
  } catch (error) {
    if (signal.aborted || error instanceof MediaStoreUnavailable) throw error
    warn(`object ${object_id} cannot be copied: ${error instanceof Error ? error.message : error}`)
    return undefined
  }
}

/** One that is not whole is copied anew. */
async function keptBefore(target: FilesystemMediaStore, key: string): Promise<StoredMedia | undefined> {
  try {
    return await target.head(key)
  } catch (error) {
    if (error instanceof MediaStoreUnavailable) throw error
    await target.remove([key])
    return undefined
  }
}

/** The entity tag of this store. */
export const sha256Of = ({ etag }: StoredMedia): string => etag.replaceAll('"', '')
