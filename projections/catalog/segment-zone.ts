/** A timeline's zones are 2^12 seconds each: some thousand segments of ordinary length. @see past-schema.ts */
const ZONE_SECONDS = 4096

export const zoneOf = (seconds: number): number => Math.floor(seconds / ZONE_SECONDS)

/** In SQL; negative seconds are rounded down there too. */
export const ZONE_OF_START = '(start_s >> 12)'
export const STARTS_IN_ZONE = 'BETWEEN zone * 4096 AND zone * 4096 + 4095'

/** A zone's first second, and its last. */
export const firstSecondOf = (zone: number): number => zone * ZONE_SECONDS
export const lastSecondOf = (zone: number): number => (zone + 1) * ZONE_SECONDS - 1
