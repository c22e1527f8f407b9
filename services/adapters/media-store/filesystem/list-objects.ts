import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { ZodError } from 'zod'
import type { ListedMedia, MediaPage } from '../../../ports/media-store.ts'
import { isMediaKey } from '../media-key.ts'
import { objectDirectory } from './object-directory.ts'
import { type ObjectMetadata, readMetadata, undefinedIfAbsent } from './object-metadata.ts'

/** Year, month, day, the first two letters of the random part, all of it: see object-directory.ts. */
const LEVELS = 5

/** More would only queue for the threads that do file work. */
const AT_ONCE = 16

/**
 * A page of the objects below `root`, in the order of their keys.
 * @param uploads missing where the file system is: then nothing is known, rather than nothing there
 * @param from the last key of the page before
 */
export async function listObjects(
  root: string,
  uploads: string,
  limit: number,
  from?: string,
): Promise<MediaPage> {
  await stat(uploads)
  const keys: string[] = []
  let isLast = true
  for await (const key of keysAfter(root, from)) {
    isLast = keys.length < limit
    if (!isLast) break
    keys.push(key)
  }
  const objects: ListedMedia[] = []
  for (let start = 0; start < keys.length; start += AT_ONCE) {
    const listed = await Promise.all(keys.slice(start, start + AT_ONCE).map((key) => listedObject(root, key)))
    for (const object of listed) if (object) objects.push(object)
  }
  const next = keys.at(-1)
  return { objects, ...(!isLast && next !== undefined && { next }) }
}

async function listedObject(root: string, key: string): Promise<ListedMedia | undefined> {
  const directory = objectDirectory(root, key)
  const metadata = await readMetadata(directory).catch(undefinedIfUnreadable)
  const file = metadata && (await stat(join(directory, metadata.sha256)).catch(undefinedIfAbsent))
  if (!file) return undefined
  const { stored_at_ms: modifiedMs, size_bytes: storedBytes } = metadata
  return { key, sizeBytes: file.size, modifiedMs, ...(file.size !== storedBytes && { storedBytes }) }
}

/** What nobody can read is no object; that it is missing is for others to find. */
function undefinedIfUnreadable(error: unknown): ObjectMetadata | undefined {
  if (error instanceof SyntaxError || error instanceof ZodError) return undefined
  throw error
}

async function* keysAfter(root: string, from: string | undefined): AsyncGenerator<string> {
  const [year = '', month = '', day = '', random = ''] = from?.split('/') ?? []
  const start = [year, month, day, random.slice(0, 2), random]
  yield* walk(root, [], start)
}

/** @param start the names to begin at, level by level; none where all that comes is later */
async function* walk(
  directory: string,
  names: readonly string[],
  start: readonly string[] | undefined,
): AsyncGenerator<string> {
  const least = start?.[names.length] ?? ''
  const isLast = names.length === LEVELS - 1
  for (const name of await directoriesIn(directory)) {
    if (name < least || (isLast && name === least)) continue
    const path = [...names, name]
    if (!isLast) {
      if (isOurs(path)) yield* walk(join(directory, name), path, name === least ? start : undefined)
      continue
    }
    const key = [...names.slice(0, 3), name].join('/')
    if (isMediaKey(key) && name.startsWith(names[3] ?? '')) yield key
  }
}

/** In order; none where it was removed just now. */
async function directoriesIn(path: string): Promise<readonly string[]> {
  const entries = (await readdir(path, { withFileTypes: true }).catch(undefinedIfAbsent)) ?? []
  return entries.flatMap((entry) => (entry.isDirectory() ? [entry.name] : [])).sort()
}

/** People put other things beside media: nothing else is looked into. */
const isOurs = (path: readonly string[]): boolean => path.every((name, i) => SHAPES[i]?.test(name))

const SHAPES = [/^\d{4}$/, /^\d\d$/, /^\d\d$/, /^[0-9a-f]{2}$/]
