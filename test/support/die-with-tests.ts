import type { ChildProcess } from 'node:child_process'
import { keepOutput } from './secrets/kept-output.ts'

const alive = new Set<ChildProcess>()

/** A process that a failed test has not ended is not left to take the machine's time from other tests. */
export function dieWithTests(child: ChildProcess): void {
  alive.add(child)
  keepOutput(child)
  child.once('exit', () => alive.delete(child))
}

/** After all tests of a file. */
export function endAll(): void {
  for (const child of alive) child.kill('SIGKILL')
}
