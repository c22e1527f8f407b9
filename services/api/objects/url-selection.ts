import type { ObjectQueries } from '../../catalog/object-queries.ts'
import { matchesTags, type TagFilter } from '../../storage/matches-tags.ts'
import type { StorageBackend, StorageBackends } from '../../storage/storage-backends.ts'

/** Which of an object's URLs a client wants, and how much about them. @see TAMS GET_flows-flowId-segments */
export type UrlRequest = TagFilter & {
  readonly verbose_storage?: boolean
  /** Labels; an empty list wants no URL at all. */
  readonly accept_get_urls?: readonly string[]
  /** Storage ids; an empty list is no filter. */
  readonly accept_storage_ids?: readonly string[]
  /** True: only presigned URLs. False: only others, those of Storage Backends plain. */
  readonly presigned?: boolean
}

/** What an object's URLs are made from. */
export type Located = {
  readonly object_id: string
  readonly storage_id: string | null
  readonly key: string | null
  readonly has_urls: number | null
}

/** @returns an object's `get_urls` as JSON text */
export type RenderUrls = (object: Located) => string

/** Works out once a request what holds for every object it lists: a page is a hundred of them. */
export function urlSelection(
  backends: StorageBackends,
  reader: ObjectQueries,
  request: UrlRequest,
  nowMs: number,
): RenderUrls {
  const controlled = new Map<string, (key: string) => string>()
  for (const backend of inOrder(backends)) {
    if (acceptsBackend(request, backend)) controlled.set(backend.id, controlledUrl(backend, request, nowMs))
  }
  const uncontrolled = acceptsUncontrolled(request)
  const verbose = request.verbose_storage === true ? ',"controlled":false' : ''
  const { accept_get_urls: labels } = request

  const oneOf = ({ storage_id, key }: Located): string => {
    const render = storage_id === null ? undefined : controlled.get(storage_id)
    return render && key !== null ? `[${render(key)}]` : '[]'
  }
  /** In the order of the backends, so that the preferred one comes first. */
  const allOf = ({ object_id, storage_id, key }: Located): string[] => {
    const keys = new Map(reader.instances(object_id).map((instance) => [instance.storage_id, instance.key]))
    if (storage_id !== null && key !== null) keys.set(storage_id, key)
    return [...controlled].flatMap(([id, render]) => {
      const found = keys.get(id)
      return found === undefined ? [] : [render(found)]
    })
  }

  return (object) => {
    // Nearly all objects: those with one instance, which their row tells.
    if (object.has_urls !== 1) return oneOf(object)
    const urls = allOf(object)
    if (uncontrolled) {
      for (const { label, url } of reader.urls(object.object_id)) {
        if (labels && !labels.includes(label)) continue
        urls.push(`{"url":${JSON.stringify(url)},"label":${JSON.stringify(label)}${verbose}}`)
      }
    }
    return `[${urls.join(',')}]`
  }
}

/** The default backend is the preferred one. */
const inOrder = (backends: StorageBackends): readonly StorageBackend[] =>
  backends.all.toSorted((a, b) => Number(b.isDefault) - Number(a.isDefault))

function acceptsBackend(request: UrlRequest, { id, label, tags }: StorageBackend): boolean {
  const { accept_get_urls: labels, accept_storage_ids: ids } = request
  if (labels && (label === undefined || !labels.includes(label))) return false
  if (ids && ids.length > 0 && !ids.includes(id)) return false
  return matchesTags(request, tags ?? {})
}

/** An uncontrolled URL is in no storage backend, so it has no storage id and no tags, and is not presigned. */
function acceptsUncontrolled(request: UrlRequest): boolean {
  const { accept_get_urls: labels, accept_storage_ids: ids = [], presigned } = request
  if (labels?.length === 0 || ids.length > 0 || presigned === true) return false
  return matchesTags(request, {})
}

/** Everything of the URL's entry but the URL is the same for all objects of a backend. */
function controlledUrl(
  backend: StorageBackend,
  { verbose_storage, presigned = true }: UrlRequest,
  nowMs: number,
): (key: string) => string {
  const { id, label, provider, product, region, availability_zone, tags, store } = backend
  const about = {
    presigned,
    ...(label !== undefined && { label }),
    ...(verbose_storage === true && {
      storage_id: id,
      controlled: true,
      store_type: 'http_object_store',
      provider,
      store_product: product,
      ...(region !== undefined && { region }),
      ...(availability_zone !== undefined && { availability_zone }),
      ...(tags !== undefined && { tags }),
    }),
  }
  const rest = JSON.stringify(about).slice(1)
  // A URL has none of the characters that JSON escapes.
  const urlOf = presigned ? (key: string) => store.getUrl(key, nowMs) : store.plainUrl
  return (key) => `{"url":"${urlOf(key)}",${rest}`
}
