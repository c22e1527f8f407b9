import type { ChildProcess } from 'node:child_process'
import { afterAll } from 'vitest'

const alive = new Set<ChildProcess>()

// Hooks run in reverse order: this one after those of the tests, which may have their processes end otherwise.
const endAll = () => {
  for (const child of alive) child.kill('SIGKILL')
}
// Benchmarks import this too, and are no tests.
if (process.env['VITEST']) afterAll(endAll)

/** A process that a failed test has not ended is not left to take the machine's time from other tests. */
export function dieWithTests(child: ChildProcess): void {
  alive.add(child)
  child.once('exit', () => alive.delete(child))
}
