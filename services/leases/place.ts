import { statSync } from 'node:fs'
import { hostname } from 'node:os'

/**
 * Names a data directory: no other on this machine or another one has the same name, whatever its path. Within one, files
 * are locked, which tells at once when a process is gone.
 */
export function placeOf(dataDir: string): string {
  const { dev, ino, birthtimeMs } = statSync(dataDir)
  return `${hostname()}:${dev}:${ino}:${Math.floor(birthtimeMs)}`
}
