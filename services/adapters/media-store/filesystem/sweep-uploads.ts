import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { discardUpload } from './staged-upload.ts'

/**
 * Removes what killed processes left of uploads and removals: what nobody has touched since. Safe beside others
 * that use the directory, as long as they add to their uploads more often than that.
 * @param underWay what this process is at, which may take its time
 * @returns how many were there
 * @throws what the file system fails with, after all others were tried
 */
export async function sweepUploads(
  uploads: string,
  underWay: ReadonlySet<string>,
  untouchedSinceMs: number,
  signal?: AbortSignal,
): Promise<number> {
  let ended = 0
  let failure: unknown
  for (const name of await readdir(uploads)) {
    if (signal?.aborted) return ended
    const directory = join(uploads, name)
    if (underWay.has(directory) || (await lastTouchedMs(directory)) > untouchedSinceMs) continue
    try {
      await discardUpload(directory)
      ended += 1
    } catch (error) {
      failure ??= error
    }
  }
  if (failure !== undefined) throw failure
  return ended
}

/** A directory's own time does not change while a file in it grows. */
async function lastTouchedMs(directory: string): Promise<number> {
  const names = await readdir(directory).catch(() => [])
  const paths = [directory, ...names.map((name) => join(directory, name))]
  const times = await Promise.all(paths.map(modifiedMs))
  return Math.max(...times)
}

/** Someone else may be removing it just now: then it is none of our business. */
const modifiedMs = (path: string): Promise<number> =>
  stat(path).then(
    ({ mtimeMs }) => mtimeMs,
    () => Number.POSITIVE_INFINITY,
  )
