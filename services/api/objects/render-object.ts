import type { MediaObject } from '../../../contracts/resources/media-object.ts'
import type { ObjectQueries, ObjectRow } from '../../catalog/object-queries.ts'
import type { RenderUrls } from './url-selection.ts'

/** @param flows the page of Flows that use it @see TAMS object.json */
export function renderObject(
  reader: ObjectQueries,
  row: ObjectRow,
  flows: readonly string[],
  renderUrls: RenderUrls,
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
    ...(init && { init_object: { id: init.id, get_urls: urlsOf(init) } }),
  } as MediaObject
}
