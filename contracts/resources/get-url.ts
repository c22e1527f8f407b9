import { z } from 'zod'
import { boundedArray } from './bounded.ts'
import { Label } from './free-text.ts'
import { storageBackendShape } from './storage-backend.ts'
import { Uuid } from './uuid.ts'

/** A URL of media outside this service's control. Only HTTP: it is what clients are told to GET. */
export const MediaUrl = z
  .url({ protocol: /^https?$/, error: 'must be an absolute http or https URL' })
  .max(8_192)

/** Where an object can be read. @see TAMS object-core.json */
export const GetUrl = z
  .object({
    ...storageBackendShape,
    storage_id: Uuid.describe('The Storage Backend; none for an uncontrolled URL.').exactOptional(),
    url: z.string().describe('GET it for the whole object.'),
    presigned: z
      .boolean()
      .describe('Whether the URL alone allows reading; false unless given.')
      .exactOptional(),
    label: Label.describe(
      'The Storage Backend’s label, or the one an uncontrolled URL was given.',
    ).exactOptional(),
    controlled: z
      .boolean()
      .describe('Whether this service keeps the bytes there; true unless given.')
      .exactOptional(),
  })
  .meta({ id: 'GetUrl', description: 'A URL of an object, and where that is.' })

export type GetUrl = z.infer<typeof GetUrl>

export const GetUrls = z
  .array(GetUrl)
  .describe('Every URL gives the same bytes; the first is the service’s preference.')

const MAX_GET_URLS = 100

/** Where an object is kept outside this service, as a client says. @see TAMS flow-segment-post.json */
export const UncontrolledUrl = z.object({
  url: MediaUrl.describe('GET it for the whole object.'),
  label: Label.min(1).describe('Names the URL; no Storage Backend may have the same label.'),
})

export const UncontrolledUrls = boundedArray(UncontrolledUrl, MAX_GET_URLS)
  .refine((urls) => new Set(urls.map(({ label }) => label)).size === urls.length, {
    error: 'must have labels that differ',
  })
  .describe('Where the object can be read outside this service’s Storage Backends.')
