import type { CatalogWrite, Timeline } from './apply-change.ts'
import type { SqlValue } from './row-change.ts'
import { ZONE_OF_START } from './segment-zone.ts'

/** Which of the segments are meant: SQL with its parameters, on columns of `segments`. */
export type SegmentsMeant = { readonly sql: string; readonly parameters: readonly SqlValue[] }

/** Notes the first segment of a zone. Media mostly arrives in order, so the last zone is the likeliest. */
export function enterZone(
  { prepare }: CatalogWrite,
  timeline: Timeline,
  zone: number,
  position: number,
): void {
  if (timeline.zone === zone) return
  prepare('INSERT OR IGNORE INTO segment_zones VALUES (?, ?, ?, NULL)').run(timeline.key, zone, position)
  timeline.zone = zone
}

/** Copies segments that are about to be deleted to where readers of the past find them. */
export function keepRemoved(
  { prepare }: CatalogWrite,
  { sql, parameters }: SegmentsMeant,
  removed: number,
): void {
  prepare(`INSERT INTO removed_segments SELECT *, ? FROM segments WHERE ${sql}`).run(removed, ...parameters)
  prepare(
    `UPDATE segment_zones SET last_removed = ?
     WHERE (timeline, zone) IN (SELECT timeline, ${ZONE_OF_START} FROM segments WHERE ${sql})`,
  ).run(removed, ...parameters)
}

/** Keeps what a retired object's segments told, for who asks about the time when they were there. */
export function keepRetired({ prepare }: CatalogWrite, object_id: string): void {
  prepare(
    `INSERT INTO retired_objects
     SELECT id, timerange, key_frame_count, init_object_id FROM objects WHERE id = ?`,
  ).run(object_id)
}
