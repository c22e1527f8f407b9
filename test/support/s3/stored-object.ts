import { createReadStream } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { StoredFile } from './stored-files.ts'

export type StoredObject = StoredFile & {
  readonly contentType: string
  readonly metadata: Readonly<Record<string, string>>
  readonly modified: Date
  /** Base64: the SHA-256 it was announced with. */
  readonly announced?: string | undefined
}

/** What an upload says of the object. */
export function described({ headers }: IncomingMessage): Pick<StoredObject, 'contentType' | 'metadata'> {
  const metadata = Object.entries(headers).filter(([name]) => name.startsWith('x-amz-meta-'))
  return {
    contentType: headers['content-type'] ?? 'binary/octet-stream',
    metadata: Object.fromEntries(metadata.map(([name, value]) => [name, String(value)])),
  }
}

export async function sendObject(
  request: IncomingMessage,
  response: ServerResponse,
  object: StoredObject,
): Promise<void> {
  const { path, sizeBytes, md5, contentType, metadata, modified, announced } = object
  const tells = announced !== undefined && request.headers['x-amz-checksum-mode'] === 'ENABLED'
  const [, first, last] = request.headers.range?.match(/^bytes=(\d+)-(\d+)$/) ?? []
  const [start, end] = [Number(first ?? 0), Number(last ?? sizeBytes - 1)]
  const partial = first !== undefined && { 'Content-Range': `bytes ${start}-${end}/${sizeBytes}` }
  response.writeHead(partial ? 206 : 200, {
    ...metadata,
    ...partial,
    ...(tells && { 'x-amz-checksum-sha256': announced, 'x-amz-checksum-type': 'FULL_OBJECT' }),
    ETag: `"${md5}"`,
    'Content-Type': contentType,
    'Content-Length': end + 1 - start,
    'Last-Modified': modified.toUTCString(),
  })
  if (request.method === 'HEAD' || sizeBytes === 0) return void response.end()
  await pipeline(createReadStream(path, { start, end }), response)
}

/** @param range as in an HTTP header; absent: all of it */
export function readRange({ path, sizeBytes }: StoredObject, range: unknown): Readable {
  if (sizeBytes === 0) return Readable.from([])
  const [, first, last] = String(range ?? '').match(/^bytes=(\d+)-(\d+)$/) ?? []
  return createReadStream(path, first === undefined ? {} : { start: Number(first), end: Number(last) })
}

/** What ListObjectsV2 answers. @param objects by bucket and key */
export function listing(
  objects: ReadonlyMap<string, StoredObject>,
  bucket: string,
  query: URLSearchParams,
): string {
  const after = `/${bucket}/${query.get('start-after') ?? ''}`
  const limit = Number(query.get('max-keys') ?? 1000)
  const paths = [...objects.keys()].filter((path) => path.startsWith(`/${bucket}/`) && path > after).sort()
  const contents = paths.slice(0, limit).map((path) => {
    const { sizeBytes, modified } = objects.get(path)!
    const key = path.slice(bucket.length + 2)
    return `<Contents><Key>${key}</Key><Size>${sizeBytes}</Size><LastModified>${modified.toISOString()}</LastModified></Contents>`
  })
  const truncated = paths.length > limit
  return `<ListBucketResult><IsTruncated>${truncated}</IsTruncated>${contents.join('')}</ListBucketResult>`
}
