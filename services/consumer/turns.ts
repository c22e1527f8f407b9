/** Lets no more than some do their work at a time; the others wait in line. */
export type Turns = { take<T>(work: () => Promise<T>): Promise<T> }

export function turns(atOnce: number): Turns {
  let free = atOnce
  const waiting: (() => void)[] = []
  return {
    async take(work) {
      if (free > 0) free--
      else await new Promise<void>((resolve) => waiting.push(resolve))
      try {
        return await work()
      } finally {
        const next = waiting.shift()
        if (next) next()
        else free++
      }
    },
  }
}
