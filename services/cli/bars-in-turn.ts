import { createProgress, type Progress } from './progress.ts'

/** A bar for each part of the work, gone before there are lines about it. */
export type BarsInTurn = {
  /** @param what it counts. @param total undefined where there is no way to go that could be drawn */
  start(what: string, total: number | undefined): void
  advance(steps: number, bytes: number): void
  warn(text: string): void
  stop(): void
}

export function barsInTurn(): BarsInTurn {
  let bar: Progress | undefined
  const stop = () => {
    bar?.stop()
    bar = undefined
  }
  return {
    start: (what, total) => {
      stop()
      bar = createProgress(what)
      bar.start(total)
    },
    advance: (steps, bytes) => bar?.advance(steps, bytes),
    warn: (text) => (bar ?? createProgress()).warn(text),
    stop,
  }
}
