import { onAnnouncement } from './commit-announcement.ts'

/** Milliseconds between two looks whether another process has written. */
const POLL_MS = 20

export type CommitSignal = {
  /** How often it has rung. */
  count(): number
  /** For commits of this very log, and to wake whoever should stop waiting. */
  ring(): void
  /** Resolves once the count is another: at once if it is already. */
  after(count: number): Promise<void>
  /** Watches for the commits of others until released. Does not keep the process alive. */
  watch(): () => void
}

/**
 * Rings when there may be new events: they were committed here, by another log of this process (it says so),
 * or by another process (which only shows in the file).
 * @param dataVersion changes with the file's contents, and when it cannot be read; costs microseconds.
 */
export function commitSignal(path: string, self: string, dataVersion: () => number): CommitSignal {
  let rings = 0
  let watchers = 0
  let waiting: (() => void)[] = []
  let stopWatching: (() => void) | undefined

  const ring = (): void => {
    rings++
    const woken = waiting
    waiting = []
    for (const wake of woken) wake()
  }

  return {
    count: () => rings,
    ring,
    after: (count) => (count === rings ? new Promise((resolve) => waiting.push(resolve)) : Promise.resolve()),
    watch() {
      if (watchers++ === 0) stopWatching = startWatching(path, self, dataVersion, ring)
      let released = false
      return () => {
        if (released) return
        released = true
        if (--watchers === 0) stopWatching?.()
      }
    },
  }
}

function startWatching(path: string, self: string, dataVersion: () => number, ring: () => void): () => void {
  let seen = dataVersion()
  const poll = setInterval(() => {
    const version = dataVersion()
    if (version === seen) return
    seen = version
    ring()
  }, POLL_MS).unref()
  const stopListening = onAnnouncement(path, self, ring)
  return () => {
    clearInterval(poll)
    stopListening()
  }
}
