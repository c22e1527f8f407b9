import { AUDIO } from '../../../contracts/resources/content-format.ts'
import { flowIdAt, type Library, OLDEST_CONTENT, RARE, sourceIdAt } from '../tams/library.ts'

/** A list of flows, and how many are on its first page. */
export type ListCase = { readonly query: Readonly<Record<string, string>>; readonly found: number }

export const PER_PAGE = 100

/** Each sort, and each kind of filter with what it looks for at the far end. */
export const LIST_CASES: Readonly<Record<string, ListCase>> = {
  'newest first': { query: {}, found: PER_PAGE },
  'oldest first': { query: { reverse_order: 'true' }, found: PER_PAGE },
  'last changed first': { query: { sort_by: 'metadata_updated' }, found: PER_PAGE },
  'by label': { query: { sort_by: 'label' }, found: PER_PAGE },
  'by label, Z to A': { query: { sort_by: 'label', reverse_order: 'true' }, found: PER_PAGE },
  'of a source': { query: { source_id: sourceIdAt(7) }, found: 2 },
  'of a format': { query: { format: AUDIO }, found: PER_PAGE },
  'of a codec, by label': { query: { codec: 'audio/aac', sort_by: 'label' }, found: PER_PAGE },
  'of a frame width': { query: { frame_width: '1920', reverse_order: 'true' }, found: PER_PAGE },
  'without init objects': { query: { init_segments: 'false' }, found: PER_PAGE },
  'with a label': { query: { label: 'Camera 7 proxy' }, found: 1 },
  'of a status few have': { query: { status: 'ingesting' }, found: RARE },
  'with a tag value few have': { query: { 'tag.rare': 'yes' }, found: RARE },
  'with one of two tag values': { query: { 'tag.genre': 'news,sport' }, found: PER_PAGE },
  'with a tag few have': { query: { 'tag_exists.rare': 'true' }, found: RARE },
  'without a tag most have': { query: { 'tag_exists.common': 'false' }, found: RARE },
  'that nothing collects': { query: { collected_by_ids: '' }, found: PER_PAGE },
  'that a flow collects, of which there are none': { query: { collected_by_ids: flowIdAt(0) }, found: 0 },
  'with content in a timerange': { query: { timerange: OLDEST_CONTENT }, found: RARE },
  'without content': { query: { timerange: '()' }, found: RARE },
  'of a format and a status': { query: { format: AUDIO, status: 'ingesting' }, found: RARE },
}

/** What one request each reads, for its rate. */
export const rateCases = ({ count }: Library): Readonly<Record<string, string>> => ({
  'page of flows': '/flows',
  'page of sources': '/sources',
  'GET of a flow': `/flows/${flowIdAt(count >> 1)}`,
  'GET of a source': `/sources/${sourceIdAt(count >> 1)}`,
})
