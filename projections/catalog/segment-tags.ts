import type { TagValue } from '../../contracts/resources/tags.ts'
import type { CatalogWrite } from './catalog-write.ts'

type TaggedUse = { readonly timeline: number; readonly object_id: string; readonly name: string }

export function setSegmentTag(write: CatalogWrite, use: TaggedUse, value: TagValue): void {
  const { timeline, object_id, name } = use
  removeSegmentTag(write, use)
  write.prepare('UPDATE timelines SET is_tagged = 1 WHERE key = ?').run(timeline)
  const insert = write.prepare('INSERT INTO segment_tags VALUES (?, ?, ?, ?, ?, ?)')
  if (typeof value === 'string') return void insert.run(timeline, object_id, name, 0, value, 0)
  if (value.length === 0) insert.run(timeline, object_id, name, 0, null, 1)
  for (const [place, item] of value.entries()) insert.run(timeline, object_id, name, place, item, 1)
}

export function removeSegmentTag({ prepare }: CatalogWrite, { timeline, object_id, name }: TaggedUse): void {
  prepare('DELETE FROM segment_tags WHERE timeline = ? AND object_id = ? AND name = ?').run(
    timeline,
    object_id,
    name,
  )
}

/** The extent of what is about to be removed: starts, both included. */
type Extent = readonly [start_s: number, start_ns: number, end_s: number, end_ns: number]

/**
 * Finds the tagged objects that segments in an extent use.
 * @returns what drops the tags of those that no segment uses, once the segments are removed
 */
export function tagsInExtent({ prepare }: CatalogWrite, timeline: number, extent: Extent): () => void {
  const tagged = prepare('SELECT is_tagged FROM timelines WHERE key = ?').get(timeline)
  if ((tagged as { is_tagged: number | null } | undefined)?.is_tagged !== 1) return () => {}
  const found = prepare(`
    SELECT DISTINCT s.object_id FROM segments s WHERE s.timeline = ?
      AND (s.start_s, s.start_ns) >= (?, ?) AND (s.start_s, s.start_ns) <= (?, ?)
      AND EXISTS (SELECT 1 FROM segment_tags g WHERE g.timeline = s.timeline AND g.object_id = s.object_id)`)
  const objects = found.all(timeline, ...extent) as { object_id: string }[]
  const drop = prepare(`
    DELETE FROM segment_tags WHERE timeline = ? AND object_id = ?
      AND NOT EXISTS (SELECT 1 FROM segments s WHERE s.object_id = ? AND s.timeline = ?)`)
  return () => {
    for (const { object_id } of objects) drop.run(timeline, object_id, object_id, timeline)
  }
}
