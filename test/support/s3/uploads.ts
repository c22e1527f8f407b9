import type { StoredFile } from './stored-files.ts'
import type { StoredObject } from './stored-object.ts'

/** A multipart upload that is not complete. */
export type Upload = Pick<StoredObject, 'contentType' | 'metadata'> & {
  /** Bucket and key. */
  readonly place: string
  readonly initiated: Date
  readonly parts: Map<number, StoredFile>
}

/** What ListMultipartUploads answers. @param uploads by their ids */
export function uploadListing(
  uploads: ReadonlyMap<string, Upload>,
  bucket: string,
  query: URLSearchParams,
  limit = 1000,
): string {
  const [keyMarker, idMarker] = [query.get('key-marker') ?? '', query.get('upload-id-marker')]
  const rest = [...uploads]
    .filter(([, { place }]) => place.startsWith(`/${bucket}/`))
    .map(([id, { place, initiated }]) => ({ id, initiated, key: place.slice(bucket.length + 2) }))
    .filter(({ id, key }) => key > keyMarker || (key === keyMarker && idMarker !== null && id > idMarker))
    .sort((a, b) => (a.key < b.key || (a.key === b.key && a.id < b.id) ? -1 : 1))
  const page = rest.slice(0, limit)
  const listed = page.map(
    ({ id, key, initiated }) =>
      `<Upload><Key>${key}</Key><UploadId>${id}</UploadId><Initiated>${initiated.toISOString()}</Initiated></Upload>`,
  )
  const last = page.at(-1)
  const next =
    rest.length > limit &&
    `<NextKeyMarker>${last?.key}</NextKeyMarker><NextUploadIdMarker>${last?.id}</NextUploadIdMarker>`
  return `<ListMultipartUploadsResult><IsTruncated>${rest.length > limit}</IsTruncated>${next || ''}${listed.join('')}</ListMultipartUploadsResult>`
}
