import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { discardUpload } from './staged-upload.ts'

/** Nothing that long without a byte is still being uploaded. */
const ABANDONED_AFTER_MS = 24 * 60 * 60 * 1000

/** Removes what killed processes left of uploads and removals. Safe beside others that use the directory. */
export async function sweepUploads(uploads: string, nowMs: number): Promise<void> {
  for (const name of await readdir(uploads)) {
    const directory = join(uploads, name)
    if ((await lastTouchedMs(directory)) < nowMs - ABANDONED_AFTER_MS) await discardUpload(directory)
  }
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
