import { type Fraction, fraction } from './fraction.ts'

/** Rates that cameras and broadcasters use: tried before a rate is made up from measurements. */
const USUAL_RATES: readonly Fraction[] = [
  [25, 1],
  [30_000, 1001],
  [50, 1],
  [60_000, 1001],
  [24_000, 1001],
  [24, 1],
  [30, 1],
  [60, 1],
  [48, 1],
  [100, 1],
  [120_000, 1001],
  [120, 1],
  [15, 1],
  [12, 1],
  [10, 1],
].map(([numerator = 1, denominator = 1]) => ({ numerator, denominator }))

/**
 * The fixed rate that frames come at, exactly: 24000/1001, although 3753.75 ticks of a 90 kHz clock make
 * every measured interval wrong by some ticks.
 *
 * @param offsets presentation times in ticks since the first frame, ascending; at least one
 * @param declared what the codec says about its rate, if it does; believed if the times agree, and then frames
 * may be missing
 * @returns undefined where the rate is variable, or where a lone frame tells nothing
 */
export function frameRateOf(
  offsets: readonly number[],
  timescale: number,
  declared: Fraction | undefined,
): Fraction | undefined {
  if (declared && fitsGrid(offsets, ticksPerFrame(declared, timescale))) return declared
  const span = offsets.at(-1) ?? 0
  if (span === 0) return undefined
  const candidates = [...USUAL_RATES, fraction(timescale * (offsets.length - 1), span)]
  return candidates.find((rate) => isSteady(offsets, ticksPerFrame(rate, timescale)))
}

/** How long a frame lasts, in ticks; seldom a whole number. */
export function ticksPerFrame(rate: Fraction, timescale: number): number {
  return (timescale * rate.denominator) / rate.numerator
}

/** Every frame is at its place, to the tick that rounding may cost. */
function isSteady(offsets: readonly number[], step: number): boolean {
  return offsets.every((offset, index) => Math.abs(offset - index * step) <= 1)
}

/** Every frame is at some frame's place, and no two at the same. */
function fitsGrid(offsets: readonly number[], step: number): boolean {
  if (step <= 2) return false
  let previous = -1
  return offsets.every((offset) => {
    const place = Math.round(offset / step)
    const fits = place > previous && Math.abs(offset - place * step) <= 1
    previous = place
    return fits
  })
}
