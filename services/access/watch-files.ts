import { statSync } from 'node:fs'
import type { Logger } from '../observability/logger.ts'

const EVERY_MS = 5_000

/**
 * Calls `changed` when one of the files was replaced or written, and at SIGHUP. Files are looked at now and then:
 * orchestrators replace them by moving links, which no watcher sees the same everywhere. A change that cannot be
 * used leaves things as they were.
 */
export function watchFiles(
  paths: readonly string[],
  logger: Logger,
  changed: () => void,
  everyMs = EVERY_MS,
): () => void {
  let last = stampsOf(paths)
  const take = (): void => {
    try {
      changed()
    } catch (error) {
      logger.error({ err: error, paths }, 'files have changed, but cannot be used: those of before are kept')
    }
  }
  const look = (): void => {
    const now = stampsOf(paths)
    if (now === last) return
    last = now
    take()
  }
  const timer = setInterval(look, everyMs).unref()
  process.on('SIGHUP', take)
  return () => {
    clearInterval(timer)
    process.off('SIGHUP', take)
  }
}

const stampsOf = (paths: readonly string[]): string => paths.map(stampOf).join()

function stampOf(path: string): string {
  const stat = statSync(path, { bigint: true, throwIfNoEntry: false })
  return stat ? `${stat.ino}:${stat.mtimeNs}:${stat.size}` : 'none'
}
