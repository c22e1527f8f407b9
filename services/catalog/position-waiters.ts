/** The catalog is stuck or far behind. What was commanded is in the log all the same. */
export class CatalogBehind extends Error {
  override readonly name = 'CatalogBehind'
}

export type PositionWaiters = {
  /** How far the catalog has come. */
  position(): number
  /** Lets go of whoever waits for `position` or less. */
  reach(position: number): void
  /** @throws CatalogBehind where `position` is not reached in time. */
  reached(position: number): Promise<void>
  /** Lets go of everyone: the catalog goes no further. */
  close(): void
}

type Waiter = { readonly position: number; resolve(): void; reject(reason: Error): void }

const TIMEOUT_MS = 30_000

/** Those who wait for the catalog to show what they have written. */
export function positionWaiters(timeoutMs = TIMEOUT_MS): PositionWaiters {
  let position = 0
  const waiting = new Set<Waiter>()

  return {
    position: () => position,
    reach(reached) {
      position = reached
      for (const waiter of waiting) if (waiter.position <= reached) waiter.resolve()
    },
    reached(wanted) {
      if (wanted <= position) return Promise.resolve()
      return new Promise((resolve, reject) => {
        const leave = () => {
          clearTimeout(timer)
          waiting.delete(waiter)
        }
        const waiter: Waiter = {
          position: wanted,
          resolve() {
            leave()
            resolve()
          },
          reject(reason) {
            leave()
            reject(reason)
          },
        }
        const giveUp = () => waiter.reject(new CatalogBehind(`at ${position}, not yet at ${wanted}`))
        const timer = setTimeout(giveUp, timeoutMs)
        waiting.add(waiter)
      })
    },
    close() {
      for (const waiter of waiting) waiter.reject(new CatalogBehind(`closed at ${position}`))
    },
  }
}
