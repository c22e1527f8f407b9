import { createReadStream } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { pipeline } from 'node:stream/promises'
import type { StoredFile } from './stored-files.ts'

export type StoredObject = StoredFile & {
  readonly contentType: string
  readonly metadata: Readonly<Record<string, string>>
  readonly modified: Date
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
  const { path, sizeBytes, md5, contentType, metadata, modified } = object
  const [, first, last] = request.headers.range?.match(/^bytes=(\d+)-(\d+)$/) ?? []
  const [start, end] = [Number(first ?? 0), Number(last ?? sizeBytes - 1)]
  const partial = first !== undefined && { 'Content-Range': `bytes ${start}-${end}/${sizeBytes}` }
  response.writeHead(partial ? 206 : 200, {
    ...metadata,
    ...partial,
    ETag: `"${md5}"`,
    'Content-Type': contentType,
    'Content-Length': end + 1 - start,
    'Last-Modified': modified.toUTCString(),
  })
  if (request.method === 'HEAD' || sizeBytes === 0) return void response.end()
  await pipeline(createReadStream(path, { start, end }), response)
}
