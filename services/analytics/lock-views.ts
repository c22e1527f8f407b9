import { setTimeout as delay } from 'node:timers/promises'
import { tryLockFile } from '../process/file-lock.ts'

const LOOK_EVERY_MS = 1_000

/** The views of a data directory have one writer: the others wait until it is gone. @throws what aborted the signal */
export async function lockViews(path: string, signal: AbortSignal): Promise<() => void> {
  for (;;) {
    signal.throwIfAborted()
    const unlock = tryLockFile(path)
    if (unlock) return unlock
    await delay(LOOK_EVERY_MS, undefined, { signal })
  }
}
