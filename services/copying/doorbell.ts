/** Wakes those who wait. */
export type Doorbell = {
  ring(): void
  /** Resolves when it rings or the time is over; once it is closed, at once. */
  wait(ms: number): Promise<void>
  close(): void
}

export function doorbell(): Doorbell {
  const waiting = new Set<() => void>()
  let closed = false
  const ring = () => {
    for (const wake of [...waiting]) wake()
  }
  return {
    ring,
    wait: async (ms) => {
      if (closed) return
      await new Promise<void>((resolve) => {
        const wake = () => {
          clearTimeout(timer)
          waiting.delete(wake)
          resolve()
        }
        const timer = setTimeout(wake, ms)
        waiting.add(wake)
      })
    },
    close: () => {
      closed = true
      ring()
    },
  }
}
