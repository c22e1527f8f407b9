import { MultiBar, Presets } from 'cli-progress'
import { printLine } from './output.ts'

/** Tells people how a long command gets on. On standard error, so that standard output holds results only. */
export type Progress = {
  /** @param total undefined where it is not known: then nothing is drawn, as there is no way to go */
  start(total: number | undefined): void
  advance(steps: number, bytes: number): void
  warn(text: string): void
  /** A line of the results: on standard output, without tearing a bar that is drawn on the same terminal. */
  result(text: string): void
  stop(): void
}

const FORMAT = '{bar} {percentage}% | {value}/{total} {unit} | {size} | {eta_formatted} left'
const MEGABYTE = 1_000_000

/** A bar on a terminal; elsewhere only warnings. @param unit what it counts */
export function createProgress(unit = 'segments', stream: NodeJS.WriteStream = process.stderr): Progress {
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
      if (total !== undefined) bar = bars?.create(total, 0, { unit, size: sizeText(0) })
    },
    advance: (steps, moreBytes) => {
      bytes += moreBytes
      bar?.increment(steps, { unit, size: sizeText(bytes) })
    },
    warn: (text) => {
      if (bar) bars?.log(`warning: ${text}\n`)
      else stream.write(`warning: ${text}\n`)
    },
    result: (text) => {
      if (bar && process.stdout.isTTY) bars?.log(`${text}\n`)
      else printLine(text)
    },
    stop: () => bars?.stop(),
  }
}

export function sizeText(bytes: number): string {
  return `${(bytes / MEGABYTE).toFixed(1)} MB`
}
