import type { Tags } from '../../../contracts/resources/tags.ts'
import { rowTimeRange } from '../../../projections/catalog/segment-row.ts'
import type { CatalogReader } from '../../catalog/catalog-reader.ts'
import type { SegmentPageRow } from '../../catalog/segment-queries.ts'
import type { RenderUrls } from '../objects/url-selection.ts'

/**
 * A page of Flow Segments as JSON text.
 * @param includeObjectTimerange whether to tell all that each object holds
 * @param tags by object, where any segment of the timeline has some
 * @see TAMS flow-segment.json
 */
export function renderSegments(
  reader: CatalogReader,
  rows: readonly SegmentPageRow[],
  renderUrls: RenderUrls,
  includeObjectTimerange: boolean,
  tags?: ReadonlyMap<string, Tags>,
): string {
  const initObjects = new Map<string, string>()
  const initObject = (object_id: string): string => {
    const known = initObjects.get(object_id)
    if (known !== undefined) return known
    const row = reader.object(object_id)
    const urls = row ? renderUrls({ ...row, object_id }) : '[]'
    const rendered = `,"init_object":{"object_id":${JSON.stringify(object_id)},"get_urls":${urls}}`
    initObjects.set(object_id, rendered)
    return rendered
  }

  let json = ''
  for (const row of rows) {
    const [, , , , , object_id, extra, storage_id, key, key_frame_count, init_object_id, whole, has_urls] =
      row
    json += json === '' ? '[' : ','
    json += `{"object_id":${JSON.stringify(object_id)},"timerange":"${rowTimeRange(row)}"`
    if (extra !== null) json += `,${extra.slice(1, -1)}`
    if (key_frame_count !== null) json += `,"key_frame_count":${key_frame_count}`
    if (includeObjectTimerange && whole !== null) json += `,"object_timerange":"${whole}"`
    if (init_object_id !== null) json += initObject(init_object_id)
    const tagged = tags?.get(object_id)
    if (tagged) json += `,"tags":${JSON.stringify(tagged)}`
    json += `,"get_urls":${renderUrls({ object_id, storage_id, key, has_urls })}}`
  }
  return json === '' ? '[]' : `${json}]`
}
