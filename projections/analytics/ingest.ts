import type { IngestHour, ViewWrite } from './view-write.ts'

const HOUR_MS = 3_600_000

/** What came and went in the hour of the event that is being applied, so far as this transaction knows. */
export function ingestOf({ ingest, timeMs }: ViewWrite): IngestHour {
  const hour = Math.floor(timeMs / HOUR_MS)
  const known = ingest.get(hour)
  if (known) return known
  const fresh = { segments: 0, duration: 0n, segments_removed: 0, objects: 0 }
  ingest.set(hour, fresh)
  return fresh
}

export function writeIngest({ prepare, ingest, position }: ViewWrite): void {
  for (const [hour, { segments, duration, segments_removed, objects }] of ingest) {
    const row = prepare('SELECT duration FROM ingest WHERE hour = ?').get(hour) as
      | { duration: string }
      | undefined
    prepare(
      `INSERT INTO ingest VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET
         segments = segments + excluded.segments, duration = excluded.duration,
         segments_removed = segments_removed + excluded.segments_removed, objects = objects + excluded.objects,
         changed = excluded.changed`,
    ).run(hour, segments, String(BigInt(row?.duration ?? 0) + duration), segments_removed, objects, position)
  }
}
