import { BooleanText, ListText, UuidListText } from '../http/query-text.ts'
import { tagFilters } from './tag-filters.ts'

/** Which URLs an answer has in `get_urls` and `init_object.get_urls`: those that pass every filter. */
export const getUrlQuery = {
  verbose_storage: BooleanText.default(false).describe(
    'Whether each URL comes with its Storage Backend; otherwise only with `presigned` and `label`.',
  ),
  accept_get_urls: ListText.describe(
    'Only URLs with one of these labels; empty, no URLs at all. A URL without label passes only if this is left out.',
  ).exactOptional(),
  accept_storage_ids: UuidListText.describe(
    'Only URLs on one of these Storage Backends; empty, as if left out.',
  ).exactOptional(),
  presigned: BooleanText.describe(
    'Only presigned URLs (true), or only others (false): then also the plain ones of Storage Backends.',
  ).exactOptional(),
}

export const getUrlQueryPatterns = tagFilters('storage_backend_', 'Only URLs on Storage Backends')
