import type { Readable } from 'node:stream'
import type { Checksum } from '../../contracts/resources/checksum.ts'

export type StoredMedia = {
  readonly sizeBytes: number
  readonly contentType: string
  /** Quoted, as in an HTTP header. */
  readonly etag: string
  readonly modifiedMs: number
  readonly checksums: readonly Checksum[]
}

/** What a listing tells of an object. */
export type ListedMedia = {
  readonly key: string
  /** Of the bytes that are there. */
  readonly sizeBytes: number
  readonly modifiedMs: number
  /** Of the bytes it took in, where the store knows that those are not the ones that are there. */
  readonly storedBytes?: number
}

/** `next`: where the page after this one begins; absent: there is none. A page may be empty and not the last. */
export type MediaPage = { readonly objects: readonly ListedMedia[]; readonly next?: string }

/** Both ends inclusive, counted from 0, and within the object. */
export type ByteRange = { readonly first: number; readonly last: number }

/** What the sender of an object says it sends. A store that receives anything else keeps none of it. */
export type ExpectedMedia = {
  readonly sizeBytes?: number
  readonly checksums?: readonly Checksum[]
}

export type UploadRefusal = 'too_large' | 'size_mismatch' | 'checksum_mismatch' | 'key_taken'

/** What was sent is not kept, and sending it again would not help. Nothing of it is visible. */
export class UploadRefused extends Error {
  override readonly name = 'UploadRefused'
  readonly reason: UploadRefusal

  constructor(reason: UploadRefusal, message: string) {
    super(message)
    this.reason = reason
  }
}

/** The store is full, read-only or out of reach: nothing was changed, try again later. */
export class MediaStoreUnavailable extends Error {
  override readonly name = 'MediaStoreUnavailable'
  /** Waiting does not help: a setting is wrong, here or at the store. */
  readonly needsOperator: boolean
  /** Of a removal: the keys that are still there, where all others are gone. */
  readonly keysLeft: readonly string[] | undefined

  constructor(
    message: string,
    options: ErrorOptions & {
      readonly needsOperator?: boolean
      readonly keysLeft?: readonly string[]
    } = {},
  ) {
    super(message, options)
    this.needsOperator = options.needsOperator === true
    this.keysLeft = options.keysLeft
  }
}

/** A text that `newKey` cannot have made: it is refused before it gets anywhere near the store. */
export class InvalidMediaKey extends Error {
  override readonly name = 'InvalidMediaKey'
}

/**
 * Where the bytes of Media Objects live: one Storage Backend. Keys are chosen by `newKey`, never by clients;
 * any other is an InvalidMediaKey. Every adapter passes test/ports/media-store-contract.ts.
 */
export type MediaStore = {
  /** A fresh, unguessable, dated key. */
  newKey(nowMs: number, objectId: string): string
  /** An expiring URL that allows one upload of `contentType` to `key`. */
  putUrl(key: string, contentType: string, nowMs: number): string
  /** An expiring URL that allows reading `key`. Costs microseconds: it is called for every listed segment. */
  getUrl(key: string, nowMs: number): string
  /** Where `key` is, for clients that bring credentials of their own: grants nothing, never expires. */
  plainUrl(key: string): string
  /** @returns undefined where nothing was (completely) uploaded. */
  head(key: string): Promise<StoredMedia | undefined>
  /**
   * Those of many keys of which `head` would say that there is nothing: some of them, or none, where that cannot be
   * told at little cost.
   */
  missing?(keys: readonly string[]): Promise<ReadonlySet<string>>
  /**
   * What the store knows by heart of an object that it took in itself, a short while ago: it asks nobody, and
   * costs no more than a look into memory. Forgotten things are no error.
   */
  recall?(key: string): StoredMedia | undefined
  /** The whole object or a range of it, streamed. @returns undefined where there is none. */
  read(
    key: string,
    range?: ByteRange,
  ): Promise<{ readonly media: StoredMedia; readonly body: Readable } | undefined>
  /**
   * Takes a whole object from a stream; visible only when complete, and on disk once this resolves.
   * A key keeps its first object: the same again changes nothing, another is refused.
   * @throws UploadRefused; MediaStoreUnavailable; what `body` fails with, where it fails
   */
  write(key: string, contentType: string, body: Readable, expected?: ExpectedMedia): Promise<StoredMedia>
  /**
   * Takes an object from another store or another key, by the shortest way: a store that has both copies by
   * itself. As with `write`, a key keeps its first object.
   * @param signal gives it up: nothing of it is then visible, unless it was complete already
   * @returns undefined where the source has none
   * @throws UploadRefused; MediaStoreUnavailable, of whichever store it is
   */
  copyFrom(
    source: MediaStore,
    sourceKey: string,
    key: string,
    signal?: AbortSignal,
  ): Promise<StoredMedia | undefined>
  /**
   * Complete objects in the order of their keys, `limit` (1 to 1000) at most. What comes or goes meanwhile may
   * or may not be among them.
   * @param from `next` of the page before; absent: the beginning
   */
  list(limit: number, from?: string): Promise<MediaPage>
  /** Absent keys are no error. @throws MediaStoreUnavailable where some are still there; others may be gone */
  remove(keys: readonly string[]): Promise<void>
  /**
   * Ends what killed processes left of uploads. None that this process has under way, however old; one of
   * another process counts as left once nothing was heard of it for so long, and then fails.
   * @param signal gives it up, also in the middle of a request
   * @returns how many were ended
   * @throws MediaStoreUnavailable where some are still there, or it was given up; others may be gone
   */
  sweepUploads(olderThanMs: number, signal?: AbortSignal): Promise<number>
  /** For start-up and health. @throws MediaStoreUnavailable where nothing could be written now */
  check(): Promise<void>
}
