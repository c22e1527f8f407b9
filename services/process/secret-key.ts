import { hkdfSync, randomBytes, randomUUID } from 'node:crypto'
import { existsSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * The secret all others are derived from: SECRET_KEY, or else one made at the first start and kept in the
 * folder of the log, readable by its owner only.
 */
export function secretKey(dataDir: string, configured: string | undefined): Buffer {
  if (configured !== undefined) return Buffer.from(configured)
  const path = join(dataDir, 'secret.key')
  mkdirSync(dataDir, { recursive: true })
  if (!existsSync(path)) makeSecret(path)
  return Buffer.from(readFileSync(path, 'utf8'))
}

/** Several processes may start at once: whoever comes second finds one that is whole. */
function makeSecret(path: string): void {
  const own = `${path}.${randomUUID()}`
  try {
    writeFileSync(own, randomBytes(32).toString('base64url'), { flag: 'wx', mode: 0o600 })
    linkSync(own, path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  } finally {
    rmSync(own, { force: true })
  }
}

/** A key of its own for each purpose, so that none opens another's doors. */
export const derivedKey = (secret: Buffer, purpose: string): Buffer =>
  Buffer.from(hkdfSync('sha256', secret, '', `framelog ${purpose}`, 32))
