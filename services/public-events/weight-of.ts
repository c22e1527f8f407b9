import type { PublicEvent } from './public-event.ts'

const CHARACTERS_OF_SEGMENT = 250

/** About how many bytes an event takes, in memory or as text. */
export function weightOf({ told }: PublicEvent): number {
  if (told.what === 'segments') return told.segments.length * CHARACTERS_OF_SEGMENT
  return 'json' in told ? told.json.length : JSON.stringify(told).length
}
