/**
 * UTC in milliseconds, never ahead of how long this process has run: a clock that is set forward by mistake ends no
 * wait before its time. One that is set back makes it longer.
 * @param elapsedMs a clock that nobody sets
 */
export function patientClock(
  wallClock: () => number = Date.now,
  elapsedMs: () => number = () => performance.now(),
): () => number {
  const begun = wallClock() - elapsedMs()
  return () => Math.min(wallClock(), begun + elapsedMs())
}
