/** Wakes those who wait. */
export type Doorbell = {
  ring(): void
  /** Resolves when it rings, the time is over or the signal aborts. */
  wait(ms: number, signal: AbortSignal): Promise<void>
}

export function doorbell(): Doorbell {
  const waiting = new Set<() => void>()
  return {
    ring: () => {
      for (const wake of [...waiting]) wake()
    },
    wait: (ms, signal) =>
      new Promise((resolve) => {
        if (signal.aborted) return resolve()
        const wake = () => {
          clearTimeout(timer)
          signal.removeEventListener('abort', wake)
          waiting.delete(wake)
          resolve()
        }
        const timer = setTimeout(wake, ms)
        signal.addEventListener('abort', wake)
        waiting.add(wake)
      }),
  }
}
