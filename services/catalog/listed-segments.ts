import { rowTimeRange } from '../../projections/catalog/segment-row.ts'
import { type Fields, unquoted } from './row-columns.ts'
import type { SegmentPageRow } from './segment-page-row.ts'

/**
 * A segment as lists show it, its JSON all but put together by SQLite: `object_id` is quoted, and `more` is what
 * follows the timerange, each property behind a comma. The last two are there where either is. Texts are empty
 * for NULL.
 */
export type ListedSegment = readonly [
  timerange: string,
  object_id: string,
  more: string,
  storage_id: string,
  key: string,
  init_object_id?: string,
  has_urls?: string,
]

/** @param whole whether `more` has the object's own timerange */
export const listedColumns = (whole: boolean): readonly string[] => [
  TIMERANGE,
  'json_quote(object_id)',
  `concat(',' || substr(extra, 2, length(extra) - 2), ',"key_frame_count":' || key_frame_count
    ${whole ? `, ',"object_timerange":"' || timerange || '"'` : ''})`,
  'storage_id',
  `concat(key, CASE WHEN init_object_id IS NOT NULL OR has_urls THEN
    concat(char(31), init_object_id, char(31), has_urls) END)`,
]

export const listedOfFields = (fields: Fields): ListedSegment => fields as unknown as ListedSegment

/** The same of a row. */
export function listedOfRow(row: SegmentPageRow, whole: boolean): ListedSegment {
  const [, , , , , object_id, extra, storage_id, key, key_frame_count, init_object_id, timerange, has_urls] =
    row
  let more = extra === null ? '' : `,${extra.slice(1, -1)}`
  if (key_frame_count !== null) more += `,"key_frame_count":${key_frame_count}`
  if (whole && timerange !== null) more += `,"object_timerange":"${timerange}"`
  return [
    rowTimeRange(row),
    JSON.stringify(object_id),
    more,
    storage_id ?? '',
    key ?? '',
    ...((init_object_id !== null || has_urls === 1
      ? [init_object_id ?? '', has_urls === 1 ? '1' : '']
      : []) as [string, string]),
  ]
}

export const objectIdOf = ([, object_id]: ListedSegment): string => unquoted(object_id)

/** As `formatTimestamp` does: the sign belongs to seconds and nanoseconds together. */
const timestamp = (at: 'start' | 'end') => `iif(${at}_s < 0 AND ${at}_ns > 0,
  concat('-', -1 - ${at}_s, ':', 1000000000 - ${at}_ns), concat(${at}_s, ':', ${at}_ns))`

const isInstant = 'start_s = end_s AND start_ns = end_ns'

/** As `rowTimeRange` does; of a range that does not begin before zero, in one step. */
const TIMERANGE = `CASE
  WHEN start_s >= 0 AND NOT (${isInstant})
    THEN concat('[', start_s, ':', start_ns, '_', end_s, ':', end_ns, iif(end_inclusive, ']', ')'))
  WHEN ${isInstant} AND end_inclusive THEN concat('[', ${timestamp('start')}, ']')
  ELSE concat('[', ${timestamp('start')}, '_', ${timestamp('end')}, iif(end_inclusive, ']', ')')) END`
