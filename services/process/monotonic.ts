/** Milliseconds of a clock that nobody sets, the same on all threads of a process. */
export const monotonicMs = (): number => Number(process.hrtime.bigint() / 1_000_000n)
