import type { SegmentRow } from '../../projections/catalog/segment-row.ts'

/**
 * A segment with what its object adds, in columns: a page is a hundred of these, so they are arrays. The
 * first five are `rowTimeRange`'s.
 */
export type SegmentPageRow = readonly [
  ...segment: SegmentRow,
  storage_id: string | null,
  key: string | null,
  key_frame_count: number | null,
  init_object_id: string | null,
  object_timerange: string | null,
  has_urls: number | null,
]
