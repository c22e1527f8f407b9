import type { ChildProcess } from 'node:child_process'
import { appendFileSync, existsSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { expect } from 'vitest'
import { KEPT_OUTPUT, MADE } from './leaks.ts'

let kept = 0

/** Keeps all that a process says, to be searched for secrets when the run is over. */
export function keepOutput(child: ChildProcess): void {
  const folder = process.env[KEPT_OUTPUT]
  if (folder === undefined) return
  const file = join(folder, `${starter()}.${process.pid}.${++kept}.out`)
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer | string) => appendFileSync(file, chunk))
  }
}

/** The test's file; the benchmark, which a test may run as a process, is none. */
function starter(): string {
  try {
    return basename(expect.getState().testPath ?? 'no test')
  } catch {
    return 'no test'
  }
}

/** Has the key be searched for that a service made for itself, if it did. */
export function noteKeyOf(dataDir: string): void {
  const folder = process.env[KEPT_OUTPUT]
  const path = join(dataDir, 'secret.key')
  if (folder === undefined || !existsSync(path)) return
  appendFileSync(join(folder, MADE), `${readFileSync(path, 'utf8')}\n`)
}
