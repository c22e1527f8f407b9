import { mkdtempSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A directory of its own for the tests of one file, which remove it when they are done. */
export function temporaryDirectory(): { readonly path: string; remove(): Promise<void> } {
  const path = mkdtempSync(join(tmpdir(), 'framelog-cli-test-'))
  return { path, remove: () => rm(path, { recursive: true, force: true }) }
}
