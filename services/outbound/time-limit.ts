export type TimeLimit = {
  readonly signal: AbortSignal
  /** Nothing is under way any more: lets go of the timer. */
  end(): void
}

/** Aborts when the time is over (absent: never), or when `signal` does. */
export function timeLimit(ms: number | undefined, signal: AbortSignal | undefined): TimeLimit {
  const controller = new AbortController()
  const abort = () => controller.abort(signal?.reason)
  const tooLate = () => controller.abort(new Error(`it took longer than ${ms} ms`))
  const timer = ms === undefined ? undefined : setTimeout(tooLate, ms)
  if (signal?.aborted) abort()
  signal?.addEventListener('abort', abort)
  return {
    signal: controller.signal,
    end: () => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', abort)
    },
  }
}
