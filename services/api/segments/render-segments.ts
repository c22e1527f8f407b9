import type { Tags } from '../../../contracts/resources/tags.ts'
import type { CatalogReader } from '../../catalog/catalog-reader.ts'
import { type ListedSegment, objectIdOf } from '../../catalog/listed-segments.ts'
import type { RenderUrls } from '../objects/url-selection.ts'

/**
 * A page of Flow Segments as JSON text.
 * @param tags by object, where any segment of the timeline has some
 * @see TAMS flow-segment.json
 */
export function renderSegments(
  reader: CatalogReader,
  rows: readonly ListedSegment[],
  renderUrls: RenderUrls,
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
    const [timerange, quoted_id, more, storage_id, key, init_object_id, has_urls] = row
    json += json === '' ? '[' : ','
    json += `{"object_id":${quoted_id},"timerange":"${timerange}"${more}`
    if (init_object_id) json += initObject(init_object_id)
    const object_id = objectIdOf(row)
    const tagged = tags?.get(object_id)
    if (tagged) json += `,"tags":${JSON.stringify(tagged)}`
    const located = { storage_id: storage_id || null, key: key || null, has_urls: has_urls ? 1 : null }
    json += `,"get_urls":${renderUrls({ object_id, ...located })}}`
  }
  return json === '' ? '[]' : `${json}]`
}
