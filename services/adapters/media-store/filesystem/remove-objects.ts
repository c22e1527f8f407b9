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
  await someAtOnce(objects, (object) => removeObject(uploads, object))
  // At once, as file systems put on disk together what is asked for together.
  await someAtOnce([...new Set(objects.map((object) => dirname(object)))], async (parent) => {
    await syncDirectory(parent).catch(undefinedIfAbsent)
    await pruneEmpty(parent, root)
  })
}

async function someAtOnce(paths: readonly string[], work: (path: string) => Promise<void>): Promise<void> {
  for (let start = 0; start < paths.length; start += AT_ONCE) {
    await Promise.all(paths.slice(start, start + AT_ONCE).map(work))
  }
}

async function removeObject(uploads: string, object: string): Promise<void> {
  const away = join(uploads, randomUUID())
  await rename(object, away).catch(undefinedIfAbsent)
  await discardUpload(away)
}
