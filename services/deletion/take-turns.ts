/** What comes after a job's turn: another, in so many milliseconds, or none: it is over. */
export type NextTurn = { readonly inMs: number } | 'over'

export type Turns<J> = {
  add(job: J): void
  /** Waits for the turns that have begun; no other begins. */
  stop(): Promise<void>
}

/**
 * Lets jobs take turns, some at once: however long one is, all others go on too. Jobs of one lane never have
 * their turns at the same time.
 * @param takeTurn must not fail
 */
export function takeTurns<J>(
  atOnce: number,
  laneOf: (job: J) => string,
  takeTurn: (job: J) => Promise<NextTurn>,
): Turns<J> {
  const waiting: J[] = []
  const busy = new Map<string, Promise<void>>()
  const resting = new Set<NodeJS.Timeout>()
  let stopped = false

  const add = (job: J): void => {
    if (stopped) return
    waiting.push(job)
    fill()
  }

  function fill(): void {
    while (!stopped && busy.size < atOnce) {
      const index = waiting.findIndex((job) => !busy.has(laneOf(job)))
      if (index === -1) return
      const [job] = waiting.splice(index, 1) as [J]
      busy.set(laneOf(job), begin(job))
    }
  }

  async function begin(job: J): Promise<void> {
    const next = await takeTurn(job)
    busy.delete(laneOf(job))
    if (next !== 'over') later(job, next.inMs)
    fill()
  }

  function later(job: J, ms: number): void {
    if (ms === 0) {
      add(job)
      return
    }
    const timer = setTimeout(() => {
      resting.delete(timer)
      add(job)
    }, ms)
    resting.add(timer)
  }

  return {
    add,
    stop: async () => {
      stopped = true
      for (const timer of resting) clearTimeout(timer)
      await Promise.all(busy.values())
    },
  }
}
