import type { CatalogWrite, Timeline } from './catalog-write.ts'
import type { SqlValue } from './row-change.ts'
import { STARTS_IN_ZONE, ZONE_OF_START } from './segment-zone.ts'

/** Which of the segments are meant: SQL with its parameters, on columns of `segments`. */
export type SegmentsMeant = {
  readonly sql: string
  readonly parameters: readonly SqlValue[]
  /** The first and the last zone they may be in. */
  readonly zones: readonly [number, number]
}

/** Notes the first segment of a zone that is empty. Media mostly arrives in order, so the last zone is the likeliest. */
export function enterZone(
  { prepare }: CatalogWrite,
  timeline: Timeline,
  zone: number,
  position: number,
): void {
  if (timeline.zone === zone) return
  prepare(
    `INSERT INTO segment_zones VALUES (?, ?, ?, NULL, ?)
     ON CONFLICT DO UPDATE SET held_since = excluded.held_since WHERE held_since IS NULL`,
  ).run(timeline.key, zone, position, position)
  timeline.zone = zone
}

/** Moves segments to where readers of the past find them. */
export function moveToRemoved(
  { prepare }: CatalogWrite,
  timeline: Timeline,
  { sql, parameters, zones }: SegmentsMeant,
  removed: number,
): void {
  prepare(`INSERT INTO removed_segments SELECT *, ? FROM segments WHERE ${sql}`).run(removed, ...parameters)
  prepare(
    `UPDATE segment_zones SET last_removed = ?
     WHERE (timeline, zone) IN (SELECT timeline, ${ZONE_OF_START} FROM segments WHERE ${sql})`,
  ).run(removed, ...parameters)
  prepare(`DELETE FROM segments WHERE ${sql}`).run(...parameters)
  prepare(
    `UPDATE segment_zones SET held_since = NULL
     WHERE timeline = ? AND zone BETWEEN ? AND ? AND last_removed = ? AND NOT EXISTS (
       SELECT 1 FROM segments s WHERE s.timeline = segment_zones.timeline
         AND s.start_s ${STARTS_IN_ZONE})`,
  ).run(timeline.key, zones[0], zones[1], removed)
  timeline.zone = undefined
}

/** Keeps what a retired object's segments told, for who asks about the time when they were there. */
export function keepRetired({ prepare }: CatalogWrite, object_id: string, position: number): void {
  prepare(
    `INSERT INTO retired_objects
     SELECT id, ?, timerange, key_frame_count, init_object_id FROM objects WHERE id = ?`,
  ).run(position, object_id)
}
