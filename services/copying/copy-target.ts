import type { MediaStore, StoredMedia } from '../ports/media-store.ts'

/** Where a copy shall be. */
export type CopyTarget = {
  /** What is left alone for a while when it fails: the storage id. */
  readonly place: string
  readonly store: MediaStore
  readonly key: string
  /** What is there already: an attempt that was cut off before it could say so. */
  readonly present: StoredMedia | undefined
  /** Of the upload the object was allocated for. */
  readonly contentType: string | null
  readonly signal: AbortSignal
}
