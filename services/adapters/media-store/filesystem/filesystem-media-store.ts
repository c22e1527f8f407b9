import { randomUUID } from 'node:crypto'
import { mkdir, rmdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { MediaStore } from '../../../ports/media-store.ts'
import { newMediaKey, requireMediaKey } from '../media-key.ts'
import { recentMedia } from '../recent-media.ts'
import { streamCopy } from '../stream-copy.ts'
import { durableDirectories } from './durable-directories.ts'
import { listObjects } from './list-objects.ts'
import { lookForFiles } from './look-for-files.ts'
import { objectDirectory } from './object-directory.ts'
import { storedMedia } from './object-metadata.ts'
import { objectReader } from './object-reader.ts'
import { placeObject } from './place-object.ts'
import { removeObjects } from './remove-objects.ts'
import { createUrlSigner, type UrlSigner, type UrlSignerOptions } from './signed-urls.ts'
import { stageUpload } from './staged-upload.ts'
import { withStorageFaults } from './storage-fault.ts'
import { sweepUploads } from './sweep-uploads.ts'

/** A media store whose URLs lead to `mediaRouter` (services/api/media), which checks them with `verify`. */
export type FilesystemMediaStore = MediaStore & { readonly verify: UrlSigner['verify'] }

export type FilesystemMediaStoreOptions = UrlSignerOptions & {
  /** A local disk or a mount, e.g. NFS. All of it must be one file system. Made where it is missing. */
  readonly directory: string
  readonly maxObjectBytes: number
}

/** Uploads under way, and removed objects on their way out. Not a year, so never part of a key. */
const UPLOADS = '.uploads'

/**
 * Opens a directory as a media store. Several processes may share it.
 *
 * Each object is a directory with two files: the bytes, named by their SHA-256, and `metadata.json`. It is
 * filled among the uploads, synced, and then renamed into place, which is the instant it comes to be. The
 * rename takes both files or neither, and fails where an object is already, so at no point of a crash, an
 * aborted upload or a race is there an object without its metadata, with another's, or with half its bytes.
 * The bytes themselves stay plain files: any tool can read them, `sha256sum` can check them.
 *
 * @throws MediaStoreUnavailable
 */
export function openFilesystemMediaStore(
  options: FilesystemMediaStoreOptions,
): Promise<FilesystemMediaStore> {
  return withStorageFaults(async () => {
    const root = resolve(options.directory)
    const uploads = join(root, UPLOADS)
    await mkdir(uploads, { recursive: true })
    return filesystemMediaStore(root, uploads, options)
  })
}

function filesystemMediaStore(
  root: string,
  uploads: string,
  options: FilesystemMediaStoreOptions,
): FilesystemMediaStore {
  const directories = durableDirectories()
  const reader = objectReader(root, uploads)
  const recent = recentMedia()
  const look = lookForFiles()
  const underWay = new Set<string>()
  const write: MediaStore['write'] = (key, contentType, body, expected = {}) =>
    withStorageFaults(async () => {
      const target = objectDirectory(root, key)
      const terms = { contentType, expected, maxBytes: options.maxObjectBytes }
      const staged = join(uploads, randomUUID())
      underWay.add(staged)
      try {
        const upload = await stageUpload(staged, body, terms)
        return recent.remember(key, storedMedia(await placeObject(directories, upload, target)))
      } finally {
        underWay.delete(staged)
      }
    })

  return {
    ...createUrlSigner(options),
    // Object ids are any text, so keys have nothing of them.
    newKey: (nowMs) => newMediaKey(nowMs),
    head: (key) => withStorageFaults(() => reader.head(key)),
    recall: recent.recall,
    missing: async (keys) => {
      const seen = await look({ paths: keys.map((key) => objectDirectory(root, key)), anchor: uploads })
      return new Set(seen.map((place) => keys[place]!))
    },
    read: (key, range) => withStorageFaults(() => reader.read(key, range)),
    write,
    copyFrom: async (source, sourceKey, key, signal) => {
      requireMediaKey(key)
      return streamCopy(source, sourceKey, (...object) => write(key, ...object), signal)
    },
    list: (limit, from) => withStorageFaults(() => listObjects(root, uploads, limit, from)),
    remove: (keys) =>
      withStorageFaults(() => {
        const objects = keys.map((key) => objectDirectory(root, key))
        recent.forget(keys)
        return removeObjects(root, uploads, objects)
      }),
    sweepUploads: (olderThanMs, signal) =>
      withStorageFaults(() => sweepUploads(uploads, underWay, Date.now() - olderThanMs, signal)),
    check: () =>
      withStorageFaults(async () => {
        const probe = join(uploads, randomUUID())
        await mkdir(probe)
        await rmdir(probe)
      }),
  }
}
