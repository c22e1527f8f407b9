import { rename } from 'node:fs/promises'
import { dirname } from 'node:path'
import { UploadRefused } from '../../../ports/media-store.ts'
import { type DurableDirectories, syncDirectory } from './durable-directories.ts'
import { type ObjectMetadata, readMetadata } from './object-metadata.ts'
import { discardUpload, type StagedUpload } from './staged-upload.ts'

/** Each attempt fails only if someone removes a directory, or an object, in the instant between two calls. */
const ATTEMPTS = 5

/**
 * Moves a staged upload to where readers look, or finds that the same object is there already.
 * @returns the metadata of what is there now; its place is on disk
 * @throws UploadRefused (`key_taken`) where another object is there
 */
export async function placeObject(
  directories: DurableDirectories,
  upload: StagedUpload,
  target: string,
): Promise<ObjectMetadata> {
  try {
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      const placed = await tryToPlace(directories, upload, target)
      if (!placed) continue
      // Also for an object that was there: whoever put it may not have got this far.
      await syncDirectory(dirname(target))
      return placed
    }
    throw new Error('the directory of an upload is removed as fast as it is made')
  } finally {
    await discardUpload(upload.directory)
  }
}

/** @returns undefined where it has to be tried again */
async function tryToPlace(
  directories: DurableDirectories,
  { directory, metadata }: StagedUpload,
  target: string,
): Promise<ObjectMetadata | undefined> {
  await directories.make(dirname(target))
  switch (await renamed(directory, target)) {
    case 'done':
      return metadata
    case 'no_parent':
      directories.forget(dirname(target))
      return undefined
    case 'taken': {
      const present = await readMetadata(target)
      if (present) requireSame(present, metadata)
      return present
    }
  }
}

/** A directory that has files is never replaced by a rename, so the first of two uploads wins. */
async function renamed(from: string, to: string): Promise<'done' | 'taken' | 'no_parent'> {
  try {
    await rename(from, to)
    return 'done'
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOTEMPTY' || code === 'EEXIST') return 'taken'
    if (code === 'ENOENT') return 'no_parent'
    throw error
  }
}

function requireSame(present: ObjectMetadata, sent: ObjectMetadata): void {
  if (present.sha256 === sent.sha256 && present.content_type === sent.content_type) return
  throw new UploadRefused('key_taken', 'another object was uploaded here already, and objects do not change')
}
