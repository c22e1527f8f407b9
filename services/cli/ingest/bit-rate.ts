import type { Timestamp } from '../../../contracts/time/timestamp.ts'

/** In 1000 bit/s, as a Flow has it (TAMS AppNote 0013); undefined for no time at all. */
export function averageBitRate(sizeBytes: number, duration: Timestamp): number | undefined {
  const seconds = duration.seconds + duration.nanoseconds / 1e9
  return seconds > 0 ? Math.floor((sizeBytes * 8) / (seconds * 1000)) : undefined
}
