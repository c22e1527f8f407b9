import type { MediaFacts } from '../../contracts/events/object-events.ts'
import type { StoredMedia } from '../ports/media-store.ts'

/** What is recorded of what a store has: with a SHA-256, a weaker checksum adds nothing but bytes. */
export function mediaFacts({ sizeBytes, checksums }: StoredMedia): MediaFacts {
  const strongest = checksums.find(({ algorithm }) => algorithm === 'sha256') ?? checksums[0]
  return { size_bytes: sizeBytes, checksums: strongest ? [strongest] : [] }
}
