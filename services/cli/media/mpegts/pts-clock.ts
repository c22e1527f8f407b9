/** Times of MPEG-TS count this many to a second. */
export const PTS_TIMESCALE = 90_000
/** They have 33 bits: after 26.5 hours they begin again. */
export const PTS_PERIOD = 2 ** 33

/**
 * Makes the presentation times of one segment comparable where the counter begins again inside it: each is
 * put within half a period of the first one seen, so it may come out negative, or beyond the period.
 */
export function ptsClock(): (pts: number) => number {
  let first: number | undefined
  return (pts) => {
    first ??= pts
    const distance = pts - first
    if (distance > PTS_PERIOD / 2) return pts - PTS_PERIOD
    return distance < -PTS_PERIOD / 2 ? pts + PTS_PERIOD : pts
  }
}
