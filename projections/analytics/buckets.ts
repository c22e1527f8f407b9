/**
 * The upper bounds of histograms, each included in its bucket; the last bucket, without one, is for all beyond.
 * Durations are nanoseconds: instants have a bucket of their own.
 */
export const DURATION_BOUNDS: readonly bigint[] = [
  0n,
  ...[100, 500, 1_000, 2_000, 4_000, 6_000, 10_000, 30_000, 60_000, 600_000, 3_600_000].map(
    (ms) => BigInt(ms) * 1_000_000n,
  ),
]

const KIB = 1_024

/** Bytes. */
export const SIZE_BOUNDS: readonly number[] = [
  64 * KIB,
  256 * KIB,
  KIB ** 2,
  4 * KIB ** 2,
  16 * KIB ** 2,
  64 * KIB ** 2,
  256 * KIB ** 2,
  KIB ** 3,
  4 * KIB ** 3,
]

/** The place of the bucket among the bounds; one more than the last for what is beyond. */
export function bucketOf<N extends bigint | number>(bounds: readonly N[], value: N): number {
  const place = bounds.findIndex((bound) => value <= bound)
  return place === -1 ? bounds.length : place
}
