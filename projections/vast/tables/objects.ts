import type { ObjectRole } from '../../../contracts/events/object-events.ts'
import type { Checksum } from '../../../contracts/resources/checksum.ts'
import type { RowOf, Table } from './column.ts'
import { type TimerangeRow, timerangeColumns, timerangeRow } from './time-columns.ts'

const columns = {
  id: 'text',
  role: 'text',
  content_type: 'text',
  first_referenced_by_flow: 'text',
  ...timerangeColumns,
  key_frame_count: 'integer',
  init_object_id: 'text',
  size_bytes: 'integer',
  sha256: 'text',
  md5: 'text',
  storage_ids: 'texts',
  url_labels: 'texts',
} as const

/**
 * Where an object is, is told by its Storage Backends and the labels of its other URLs. The URLs themselves and
 * the keys in a backend are ways to the bytes, and stay where access to them is decided.
 */
export const objectsTable: Table<typeof columns> = { name: 'objects', columns, key: ['id'], sortedBy: ['id'] }

export type DescribedObject = {
  readonly id: string
  /** None until it is registered. */
  readonly role: ObjectRole | null
  readonly content_type: string | null
  readonly first_referenced_by_flow: string | null
  /** On its own timeline, as canonical text. */
  readonly timerange: string | null
  readonly key_frame_count: number | null
  readonly init_object_id: string | null
  readonly size_bytes: number | null
  readonly checksums: readonly Checksum[]
  /** That have a complete instance of it. */
  readonly storage_ids: readonly string[]
  readonly url_labels: readonly string[]
}

export const objectRow = (object: DescribedObject): RowOf<typeof columns> =>
  timedRow(object, timerangeRow(object.timerange))

/** Times are named one by one, for that is five times as fast as to spread them. */
const timedRow = (object: DescribedObject, times: TimerangeRow): RowOf<typeof columns> => ({
  id: object.id,
  role: object.role,
  content_type: object.content_type,
  first_referenced_by_flow: object.first_referenced_by_flow,
  timerange: times.timerange,
  start_s: times.start_s,
  start_ns: times.start_ns,
  end_s: times.end_s,
  end_ns: times.end_ns,
  end_inclusive: times.end_inclusive,
  start: times.start,
  end: times.end,
  duration: times.duration,
  start_utc: times.start_utc,
  end_utc: times.end_utc,
  key_frame_count: object.key_frame_count,
  init_object_id: object.init_object_id,
  size_bytes: object.size_bytes,
  sha256: checksum(object, 'sha256'),
  md5: checksum(object, 'md5'),
  storage_ids: object.storage_ids,
  url_labels: object.url_labels,
})

const checksum = ({ checksums }: DescribedObject, wanted: Checksum['algorithm']): string | null =>
  checksums.find(({ algorithm }) => algorithm === wanted)?.value ?? null
