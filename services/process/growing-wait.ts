export type GrowingWait = {
  /** Before the second attempt, milliseconds; each further one waits twice as long. */
  readonly firstMs: number
  readonly maxMs: number
}

/**
 * How long to wait after so many attempts, all of them in vain, milliseconds. Those who failed together are not to come back
 * together: up to half of it is left to chance.
 * @param random from 0 to 1; 0 leaves nothing to chance
 */
export const growingWaitMs = ({ firstMs, maxMs }: GrowingWait, attempts: number, random: number): number =>
  // Beyond that the power is infinite.
  Math.min(maxMs, firstMs * 2 ** Math.min(attempts - 1, 50)) * (1 - random / 2)
