/** How a consumer of the log is, for those who look after it. */
export type ConsumerState = {
  readonly name: string
  /** Not before it has begun, nor once it has come to its end without being asked to. */
  isRunning: boolean
  /** Attempts in vain, all of which are repeated. */
  failures: number
  /** UTC, milliseconds: of the last of them. */
  failedMs: number | undefined
  /** Up to where it has seen the log; undefined where only it knows, or not yet. */
  position(): number | undefined
}

export type WatchedConsumer = {
  reached(position: number): void
  failed(): void
  /** It goes no further. */
  stopped(): void
  /** It works, or works again. */
  running(): void
  /** It was asked to end: nobody asks after it any more. */
  over(): void
}

const watched = new Set<ConsumerState>()

/** Those of this thread, and those threads of which it knows. */
export const watchedConsumers = (): Iterable<ConsumerState> => watched

/**
 * Has a consumer be looked after from its start on.
 * @param position where something else knows how far it is @param isRunning whether it has begun
 */
export function watchConsumer(
  name: string,
  position?: (() => number | undefined) | undefined,
  isRunning = true,
): WatchedConsumer {
  let reached: number | undefined
  const state: ConsumerState = {
    name,
    isRunning,
    failures: 0,
    failedMs: undefined,
    position: position ?? (() => reached),
  }
  watched.add(state)
  const failed = () => {
    state.failures++
    state.failedMs = Date.now()
  }
  return {
    failed,
    reached: (at) => {
      reached = at
    },
    stopped: () => {
      failed()
      state.isRunning = false
    },
    running: () => {
      state.isRunning = true
    },
    over: () => void watched.delete(state),
  }
}
