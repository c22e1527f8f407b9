import { randomUUID } from 'node:crypto'
import { rename, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { pruneEmpty, syncDirectory } from './durable-directories.ts'
import { undefinedIfAbsent } from './object-metadata.ts'
import { discardUpload } from './staged-upload.ts'

/** More would only queue for the threads that do file work. */
const AT_ONCE = 16

/**
 * Removes objects for good, those that are there. Each vanishes whole, by a rename; what a kill leaves of it
 * among the uploads is swept later.
 */
export async function removeObjects(
  root: string,
  uploads: string,
  objects: readonly string[],
): Promise<void> {
  // Of an unmounted file system everything is missing, and nothing is removed.
  await stat(uploads)
  for (let start = 0; start < objects.length; start += AT_ONCE) {
    await Promise.all(objects.slice(start, start + AT_ONCE).map((object) => removeObject(uploads, object)))
  }
  for (const parent of new Set(objects.map((object) => dirname(object)))) {
    await syncDirectory(parent).catch(undefinedIfAbsent)
    await pruneEmpty(parent, root)
  }
}

async function removeObject(uploads: string, object: string): Promise<void> {
  const away = join(uploads, randomUUID())
  await rename(object, away).catch(undefinedIfAbsent)
  await discardUpload(away)
}
