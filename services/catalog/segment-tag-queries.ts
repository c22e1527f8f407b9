import type { DatabaseSyncInstance } from '@photostructure/sqlite'
import type { Tags, TagValue } from '../../contracts/resources/tags.ts'

export type SegmentTagQueries = {
  /** The tags of a flow's segments of an object; undefined where it has none of it. */
  segmentTags(flow_id: string, object_id: string): Tags | undefined
  /** Those of many objects: only of those that have any. */
  segmentTagsOf(flow_id: string, object_ids: readonly string[]): ReadonlyMap<string, Tags>
}

type TagRow = { readonly name: string; readonly value: string | null; readonly is_list: number }

export function segmentTagQueries(database: DatabaseSyncInstance): SegmentTagQueries {
  const rows = database.prepare(`
    SELECT g.name, g.value, g.is_list FROM timelines t JOIN segment_tags g ON g.timeline = t.key
    WHERE t.flow_id = ? AND g.object_id = ? ORDER BY g.name, g.place`)
  const used = database.prepare(`
    SELECT 1 FROM timelines t JOIN segments s ON s.timeline = t.key
    WHERE t.flow_id = ? AND s.object_id = ? LIMIT 1`)
  const tagsOf = (flow_id: string, object_id: string): Tags =>
    fromRows(rows.all(flow_id, object_id) as TagRow[])
  return {
    segmentTags: (flow_id, object_id) =>
      used.get(flow_id, object_id) === undefined ? undefined : tagsOf(flow_id, object_id),
    segmentTagsOf: (flow_id, object_ids) => {
      const found = [...new Set(object_ids)].map((id) => [id, tagsOf(flow_id, id)] as const)
      return new Map(found.filter(([, tags]) => Object.keys(tags).length > 0))
    },
  }
}

function fromRows(rows: readonly TagRow[]): Tags {
  const tags = new Map<string, TagValue>()
  for (const { name, value, is_list } of rows) {
    const before = tags.get(name) ?? []
    const items = value === null ? [] : [value]
    tags.set(name, is_list === 1 ? [...before, ...items] : (value ?? ''))
  }
  return Object.fromEntries(tags)
}
