const SHORTEST_WAIT_MS = 100
const LONGEST_WAIT_MS = 5000

export type RestartGate = {
  /** Whether the thread may be started (again). */
  isOpen(): boolean
  died(): void
  worked(): void
}

/** Lets a thread that keeps dying be started less and less often. */
export function restartGate(now: () => number = () => performance.now()): RestartGate {
  let waitMs = SHORTEST_WAIT_MS
  let opensAt = 0
  return {
    isOpen: () => now() >= opensAt,
    died() {
      opensAt = now() + waitMs
      waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS)
    },
    worked() {
      waitMs = SHORTEST_WAIT_MS
    },
  }
}
