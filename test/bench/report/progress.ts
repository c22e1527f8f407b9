import { SingleBar } from 'cli-progress'

/** Tells people, on standard error, what is going on. */
export type Progress = {
  say(text: string): void
  /** Shows how much of something long is done; on a terminal only. */
  bar(what: string, total: number): Bar
}

export type Bar = { advance(by: number): void; end(): void }

export function terminalProgress(stream: NodeJS.WriteStream): Progress {
  const say = (text: string) => void stream.write(`${text}\n`)
  return {
    say,
    bar(what, total) {
      if (!stream.isTTY) return { advance: () => undefined, end: () => undefined }
      const format = `  ${what} {bar} {value} of {total}, {eta_formatted} to go`
      const bar = new SingleBar({ stream, format, etaBuffer: 50 })
      bar.start(total, 0)
      return { advance: (by) => bar.increment(by), end: () => bar.stop() }
    },
  }
}
