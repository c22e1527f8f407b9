import type { ChildProcess } from 'node:child_process'

const alive = new Set<ChildProcess>()

/** A process that a failed test has not ended is not left to take the machine's time from other tests. */
export function dieWithTests(child: ChildProcess): void {
  alive.add(child)
  child.once('exit', () => alive.delete(child))
}

/** After all tests of a file. */
export function endAll(): void {
  for (const child of alive) child.kill('SIGKILL')
}
