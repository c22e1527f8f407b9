import { setTimeout as delay } from 'node:timers/promises'
import type { Clock } from '../consumer/durable-consumer.ts'
import { monotonicMs } from '../process/monotonic.ts'

/** All in milliseconds. No two processes need to agree on the time, only on how fast it passes: to one part in six. */
export type LeaseTiming = {
  readonly renewEveryMs: number
  /** The holder begins to stop, so long after it began its last renewal that succeeded. */
  readonly giveUpAfterMs: number
  /** Nothing of it is let through any more. */
  readonly heldForMs: number
  /** Another takes over that has seen no renewal for so long. */
  readonly takeOverAfterMs: number
  /** How often those who wait look: what is let go of is taken up that soon. */
  readonly lookEveryMs: number
}

export const LEASE_TIMING: LeaseTiming = {
  renewEveryMs: 1_500,
  giveUpAfterMs: 4_000,
  heldForMs: 5_500,
  takeOverAfterMs: 6_500,
  lookEveryMs: 500,
}

export const leaseClock: Clock = {
  now: monotonicMs,
  wait: (ms, signal) => delay(ms, undefined, { signal }),
}
