import { monotonicMs } from '../process/monotonic.ts'

/**
 * Until when a lease is held, by the clock that nobody sets (monotonic.ts). Threads share it: a consumer on another thread
 * than the one that renews the lease knows by itself when it has to let go.
 */
export type Tenure = BigInt64Array<SharedArrayBuffer>

export const noTenure = (): Tenure => new BigInt64Array(new SharedArrayBuffer(8))

export const holdUntil = (tenure: Tenure, ms: number): void => {
  Atomics.store(tenure, 0, BigInt(Math.floor(ms)))
}

export const heldUntil = (tenure: Tenure): number => Number(Atomics.load(tenure, 0))

export const isHeld = (tenure: Tenure, now = monotonicMs()): boolean => now < heldUntil(tenure)
