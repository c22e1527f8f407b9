import { z } from 'zod'
import { boundedArray } from './bounded.ts'
import { MimeType } from './mime-type.ts'
import { ObjectId } from './object-id.ts'
import { Uuid } from './uuid.ts'

/** More ids must be sent in several requests; a higher `limit` is lowered to this. */
export const MAX_OBJECTS_PER_REQUEST = 5_000

/** @see TAMS flow-storage-post.json */
export const FlowStoragePost = z
  .object({
    limit: z
      .int()
      .positive()
      .describe('How many objects, under ids the service makes; it may give fewer.')
      .exactOptional(),
    object_ids: boundedArray(ObjectId, MAX_OBJECTS_PER_REQUEST)
      .refine((ids) => new Set(ids).size === ids.length, { error: 'must have no id twice' })
      .describe('Ids of the client’s own making, none of them in use.')
      .exactOptional(),
    storage_id: Uuid.describe('The Storage Backend; the default one unless given.').exactOptional(),
    content_type: MimeType.describe(
      'Of init objects whose media type is not the Flow’s container; not to be given otherwise.',
    ).exactOptional(),
    presigned: z.boolean().describe('Whether each URL alone shall allow the upload.').exactOptional(),
  })
  .check(({ value, issues }) => {
    if (value.limit === undefined || value.object_ids === undefined) return
    const message = 'cannot be given together with object_ids, which says how many'
    issues.push({ code: 'custom', path: ['limit'], message, input: value.limit })
  })
  .meta({
    id: 'FlowStoragePost',
    description: 'Asks for places to upload objects to.',
    not: { required: ['limit', 'object_ids'] },
  })

export type FlowStoragePost = z.infer<typeof FlowStoragePost>

const PutUrl = z
  .object({
    url: z.string().describe('PUT the object here.'),
    body: z.string().describe('A body the request must have.').exactOptional(),
    'content-type': z.string().describe('The Content-Type the request must have.').exactOptional(),
    headers: z.record(z.string(), z.string()).describe('More headers it must have.').exactOptional(),
  })
  .meta({ id: 'HttpRequest', description: 'A request for the client to make.' })

/** @see TAMS flow-storage.json */
export const FlowStorage = z
  .object({
    media_objects: z
      .array(
        z.object({
          object_id: ObjectId,
          put_url: PutUrl,
          presigned: z.boolean().describe('Whether the URL alone allows the upload.').exactOptional(),
        }),
      )
      .exactOptional(),
  })
  .meta({ id: 'FlowStorage', description: 'Where to upload each object.' })

export type FlowStorage = z.infer<typeof FlowStorage>
