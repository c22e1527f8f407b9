import { type MediaStore, MediaStoreUnavailable } from '../ports/media-store.ts'

/** `broken`: something is there that the store does not give out. */
export type MediaLook = { readonly sizeBytes: number } | 'absent' | 'broken'

/** More would only make a store slower. */
const AT_ONCE = 16

/** Asks a store for one object. @throws MediaStoreUnavailable */
export async function lookAt(store: MediaStore, key: string): Promise<MediaLook> {
  try {
    const media = await store.head(key)
    return media ? { sizeBytes: media.sizeBytes } : 'absent'
  } catch (error) {
    if (error instanceof MediaStoreUnavailable) throw error
    return 'broken'
  }
}

/** @returns what became of each, in the order given */
export async function someAtOnce<T, R>(
  items: readonly T[],
  work: (item: T) => Promise<R>,
): Promise<readonly R[]> {
  const results: R[] = []
  for (let start = 0; start < items.length; start += AT_ONCE) {
    results.push(...(await Promise.all(items.slice(start, start + AT_ONCE).map(work))))
  }
  return results
}

/** Whether the bytes are there, as many as were recorded, if that is known. */
export const isWhole = (look: MediaLook, expected_bytes: number | null): boolean =>
  typeof look === 'object' && (expected_bytes === null || look.sizeBytes === expected_bytes)
