import type { Fields } from './row-columns.ts'
import type { SegmentPageRow } from './segment-page-row.ts'

/** Those of a SegmentPageRow, in its order. */
export const PAGE_COLUMNS = [
  'start_s',
  'start_ns',
  'end_s',
  'end_ns',
  'end_inclusive',
  'object_id',
  'extra',
  'storage_id',
  'key',
  'key_frame_count',
  'init_object_id',
  'timerange',
  'has_urls',
]

export function pageRow(fields: Fields): SegmentPageRow {
  const [start_s, start_ns, end_s, end_ns, end_inclusive, object_id, ...rest] = fields
  const [extra, storage_id, key, key_frame_count, init_object_id, timerange, has_urls] = rest
  return [
    Number(start_s),
    Number(start_ns),
    Number(end_s),
    Number(end_ns),
    Number(end_inclusive),
    object_id as string,
    extra || null,
    storage_id || null,
    key || null,
    key_frame_count ? Number(key_frame_count) : null,
    init_object_id || null,
    timerange || null,
    has_urls ? Number(has_urls) : null,
  ]
}
