import { statSync } from 'node:fs'
import { parentPort } from 'node:worker_threads'
import type { Look, Seen } from './look-for-files.ts'

/**
 * The thread that looks for files. Started by look-for-files.ts. It waits for the disk: a call that does costs a
 * microsecond or two, and one that waits on Node's pool of threads some thirty, most of it for being woken.
 */

const port = parentPort
if (!port) throw new Error('look-thread is started as a worker thread')

port.on('message', ({ paths, anchor }: Look) => {
  const missing = paths.flatMap((path, index) => (isMissing(path) ? [index] : []))
  // Last: where the file system is gone by now, it says nothing about what is on it.
  port.postMessage((isMissing(anchor) ? [] : missing) satisfies Seen)
})

/** Whoever cannot tell says no. */
function isMissing(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false }) === undefined
  } catch {
    return false
  }
}
