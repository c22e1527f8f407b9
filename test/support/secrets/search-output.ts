import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { KEPT_OUTPUT, leaksIn } from './leaks.ts'

/** Around a whole run of tests: what their processes say is kept, and searched for secrets at the end. */
export default function searchOutput(): () => void {
  const folder = mkdtempSync(join(tmpdir(), 'framelog-kept-output-'))
  process.env[KEPT_OUTPUT] = folder
  return () => {
    const leaks = leaksIn(folder)
    if (leaks.length === 0) return rmSync(folder, { recursive: true, force: true })
    const told = leaks.map(({ file, around }) => `  ${file}: ${JSON.stringify(around)}`)
    throw new Error(`secrets were written to the output of processes, kept in ${folder}:\n${told.join('\n')}`)
  }
}
