import type { MediaObject } from '../../../contracts/resources/media-object.ts'
import type { ObjectQueries, ObjectRow } from '../../catalog/object-queries.ts'
import type { RenderUrls } from './url-selection.ts'

export type ObjectRendering = {
  readonly renderUrls: RenderUrls
  /** Whether with what is recorded of its bytes, for which TAMS has no place. */
  readonly withChecksums: boolean
}

/** @param flows the page of Flows that use it @see TAMS object.json */
export function renderObject(
  reader: ObjectQueries,
  row: ObjectRow,
  flows: readonly string[],
  { renderUrls, withChecksums }: ObjectRendering,
): MediaObject {
  const urlsOf = (object: ObjectRow): MediaObject['get_urls'] =>
    JSON.parse(renderUrls({ ...object, object_id: object.id }))
  const init = row.init_object_id === null ? undefined : reader.object(row.init_object_id)
  return {
    id: row.id,
    referenced_by_flows: [...flows],
    ...(row.first_flow_id !== null && { first_referenced_by_flow: row.first_flow_id }),
    ...(row.timerange !== null && { timerange: row.timerange }),
    ...(row.key_frame_count !== null && { key_frame_count: row.key_frame_count }),
    get_urls: urlsOf(row),
    ...(withChecksums && checksumsOf(row)),
    ...(init && { init_object: { id: init.id, get_urls: urlsOf(init) } }),
  } as MediaObject
}

const checksumsOf = ({ size_bytes, checksums }: ObjectRow) =>
  size_bytes !== null && checksums !== null && { size_bytes, checksums: JSON.parse(checksums) }
