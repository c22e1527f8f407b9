import { createHash, type Hash } from 'node:crypto'
import { Readable } from 'node:stream'
import { FlowStorage } from '../../../contracts/resources/flow-storage.ts'
import { Failure } from '../failure.ts'
import { announcedDigest, isAsAnnounced } from '../http/announced-digest.ts'
import { type FileRange, readRange } from '../media/file-range.ts'
import { flowPath } from './flow-path.ts'
import { readAs } from './read-as.ts'
import type { Service } from './service.ts'

/** A place to upload one object to. */
export type UploadSlot = NonNullable<FlowStorage['media_objects']>[number]

/**
 * Allocates up to `limit` objects of the Flow.
 * @param contentType of initialisation segments, where it is not the Flow's container
 * @returns at least one
 */
export async function allocateObjects(
  service: Service,
  flowId: string,
  limit: number,
  contentType?: string,
): Promise<readonly UploadSlot[]> {
  const request = contentType === undefined ? { limit } : { limit, content_type: contentType }
  const storage = readAs(FlowStorage, await service.write('POST', flowPath(flowId, '/storage'), request))
  const slots = storage.media_objects ?? []
  if (slots.length === 0) throw new Failure('the service gave no place to upload to')
  return slots
}

/**
 * Uploads an object as a stream. Trying again sends it from its beginning.
 * @throws Failure where the store says that it got other bytes.
 */
export async function uploadObject(service: Service, slot: UploadSlot, object: FileRange): Promise<void> {
  const { put_url, presigned = false } = slot
  const url = new URL(put_url.url, service.url)
  const contentType = put_url['content-type']
  const headers = {
    ...service.credentialsFor(url, presigned),
    ...(contentType === undefined ? {} : { 'content-type': contentType }),
    ...put_url.headers,
    // Object stores refuse uploads of unknown length.
    'content-length': String(object.sizeBytes),
  }
  let hash = createHash('sha256')
  const body = () => {
    hash = createHash('sha256')
    return Readable.from(hashed(readRange(object), hash), { objectMode: false })
  }
  await service.exchange({ method: 'PUT', url, headers, body }, async (answer) => {
    await answer.body.dump()
    const digest = announcedDigest(answer)
    if (digest?.algorithm !== 'sha256' || isAsAnnounced(hash, digest)) return
    throw new Failure(`object ${slot.object_id} arrived damaged in the store`)
  })
}

async function* hashed(bytes: AsyncIterable<Uint8Array>, hash: Hash): AsyncGenerator<Uint8Array> {
  for await (const chunk of bytes) {
    hash.update(chunk)
    yield chunk
  }
}
