import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { documentedFields, fieldsOfLog } from '../log-fields.ts'
import { KEPT_OUTPUT, leaksIn } from './leaks.ts'

/**
 * Around a whole run of tests: what their processes say is kept, and searched at the end for secrets, and for what the
 * guide does not tell of.
 */
export default function searchOutput(): () => void {
  const folder = mkdtempSync(join(tmpdir(), 'framelog-kept-output-'))
  process.env[KEPT_OUTPUT] = folder
  return () => {
    const leaks = leaksIn(folder)
    const unknown = unknownFields(folder)
    if (leaks.length + unknown.length === 0) return rmSync(folder, { recursive: true, force: true })
    // What is thrown here is told, and would not fail the run by itself.
    process.exitCode = 1
    if (leaks.length === 0) {
      throw new Error(`docs/observability.md has no such fields of a log:\n${unknown.join('\n')}`)
    }
    const told = leaks.map(({ file, around }) => `  ${file}: ${JSON.stringify(around)}`)
    throw new Error(`secrets were written to the output of processes, kept in ${folder}:\n${told.join('\n')}`)
  }
}

function unknownFields(folder: string): readonly string[] {
  const documented = documentedFields()
  return readdirSync(folder).flatMap((file) =>
    [...fieldsOfLog(readFileSync(join(folder, file), 'utf8'))]
      .filter((field) => !documented.has(field))
      .map((field) => `  ${field}, in ${file}`),
  )
}
