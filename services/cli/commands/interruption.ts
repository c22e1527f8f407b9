import { Failure } from '../failure.ts'

/** Ctrl-C, as shells report it. */
export class Interrupted extends Failure {
  override readonly name = 'Interrupted'
  override readonly exitCode = 130
}

export type Interruption = {
  /** Whoever follows something stops at this, and ends in order. */
  readonly stopped: AbortSignal
  /** Everything stops at this, and tidies up. */
  readonly aborted: AbortSignal
  /** Stops everything that is left, and listens no more. */
  end(): void
}

/**
 * Listens for Ctrl-C and SIGTERM. A command that follows something is asked to end first, and aborted the second
 * time; another is aborted at once. The time after that is the operating system's.
 */
export function listenForInterruption(isFollowing: boolean): Interruption {
  const stopping = new AbortController()
  const aborting = new AbortController()

  const end = (reason?: Interrupted): void => {
    process.off('SIGINT', interrupt)
    process.off('SIGTERM', interrupt)
    stopping.abort()
    aborting.abort(reason)
  }
  const interrupt = (): void => {
    if (isFollowing && !stopping.signal.aborted) stopping.abort()
    else end(new Interrupted('interrupted'))
  }
  process.on('SIGINT', interrupt)
  process.on('SIGTERM', interrupt)
  return { stopped: stopping.signal, aborted: aborting.signal, end: () => end() }
}
