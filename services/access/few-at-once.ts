import { CannotProve } from './not-proved.ts'

/** Has work done by few at a time, while some wait for their turn. @throws CannotProve where too many wait already */
export function fewAtOnce(atOnce: number, waiting: number): <T>(work: () => Promise<T>) => Promise<T> {
  let running = 0
  const queue: (() => void)[] = []

  return async (work) => {
    if (running >= atOnce) {
      if (queue.length >= waiting) throw new CannotProve('busy', 'too many passwords are being looked at')
      // Whoever ends hands its place over.
      await new Promise<void>((resolve) => queue.push(resolve))
    } else running += 1
    try {
      return await work()
    } finally {
      const next = queue.shift()
      if (next) next()
      else running -= 1
    }
  }
}
