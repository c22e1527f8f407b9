import { getPriority, setPriority } from 'node:os'

/** A tenth of what another thread gets, about, where there is not enough for all; all it wants where there is. */
const NICE = 10
/** There is nothing below (setpriority(2)). */
const LAST = 19

/**
 * Has this thread, and those it starts from here on, make way for threads that someone waits for. Only on Linux, where each
 * thread has a priority of its own (setpriority(2)): elsewhere it would be the process's.
 */
export function stepBack(): void {
  if (process.platform === 'linux') setPriority(0, Math.min(LAST, getPriority(0) + NICE))
}
