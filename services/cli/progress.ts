import { MultiBar, Presets } from 'cli-progress'

/** Tells people how a long command gets on. On standard error, so that standard output holds results only. */
export type Progress = {
  /** @param total undefined where it is not known: then nothing is drawn, as there is no way to go */
  start(total: number | undefined): void
  advance(steps: number, bytes: number): void
  warn(text: string): void
  stop(): void
}

const FORMAT = '{bar} {percentage}% | {value}/{total} segments | {size} | {eta_formatted} left'
const MEGABYTE = 1_000_000

/** A bar on a terminal; elsewhere only warnings. */
export function createProgress(stream: NodeJS.WriteStream = process.stderr): Progress {
  const bars = stream.isTTY
    ? new MultiBar(
        { stream, format: FORMAT, hideCursor: true, clearOnComplete: false },
        Presets.shades_classic,
      )
    : undefined
  let bar: ReturnType<MultiBar['create']> | undefined
  let bytes = 0
  return {
    start: (total) => {
      if (total !== undefined) bar = bars?.create(total, 0, { size: sizeText(0) })
    },
    advance: (steps, moreBytes) => {
      bytes += moreBytes
      bar?.increment(steps, { size: sizeText(bytes) })
    },
    warn: (text) => {
      if (bar) bars?.log(`warning: ${text}\n`)
      else stream.write(`warning: ${text}\n`)
    },
    stop: () => bars?.stop(),
  }
}

export function sizeText(bytes: number): string {
  return `${(bytes / MEGABYTE).toFixed(1)} MB`
}
