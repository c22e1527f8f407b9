import type { StorageBackend as StorageBackendResource } from '../../../contracts/resources/storage-backend.ts'
import { matchesTags, type TagFilter } from '../../storage/matches-tags.ts'
import type { StorageBackend, StorageBackends } from '../../storage/storage-backends.ts'

type ListRequest = TagFilter & {
  readonly reverse: boolean
  readonly limit: number
  /** The id of the page's first backend. */
  readonly from: string | number | undefined
}

/** By label, then those without one by id; the other way round in reverse. @see TAMS GET_storage-backends */
export function listBackends({ all }: StorageBackends, { reverse, limit, from, ...tags }: ListRequest) {
  const sorted = all.filter((backend) => matchesTags(tags, backend.tags ?? {})).sort(byLabel)
  if (reverse) sorted.reverse()
  const start =
    from === undefined
      ? 0
      : Math.max(
          0,
          sorted.findIndex(({ id }) => id === from),
        )
  return { page: sorted.slice(start, start + limit), next: sorted[start + limit] }
}

export function renderBackend(backend: StorageBackend): StorageBackendResource {
  const { id, label, provider, product, region, availability_zone, tags, isDefault } = backend
  return {
    id,
    ...(label !== undefined && { label }),
    store_type: 'http_object_store',
    provider,
    store_product: product,
    ...(region !== undefined && { region }),
    ...(availability_zone !== undefined && { availability_zone }),
    ...(tags !== undefined && { tags }),
    default_storage: isDefault,
  }
}

function byLabel(a: StorageBackend, b: StorageBackend): number {
  if (a.label === undefined || b.label === undefined) {
    return Number(a.label === undefined) - Number(b.label === undefined) || compare(a.id, b.id)
  }
  return compare(a.label, b.label) || compare(a.id, b.id)
}

const compare = (a: string, b: string): number => (a < b ? -1 : Number(a > b))
