import { z } from 'zod'
import { Checksum } from './checksum.ts'
import { GetUrls } from './get-url.ts'
import { ObjectId } from './object-id.ts'
import { TimeRangeText } from './time-text.ts'
import { Uuid } from './uuid.ts'

const InitObject = z.object({
  id: ObjectId.describe('The init object.'),
  get_urls: GetUrls.exactOptional(),
})

/** A Media Object or init object as readers see it. @see TAMS object.json */
export const MediaObject = z
  .object({
    id: ObjectId,
    referenced_by_flows: z
      .array(Uuid)
      .describe('The Flows that use it: an init object through the Media Objects that need it.'),
    first_referenced_by_flow: Uuid.describe('The Flow that used it first.').exactOptional(),
    timerange: TimeRangeText.describe(
      'What it holds, on its own timeline; an init object holds nothing.',
    ).exactOptional(),
    key_frame_count: z.int().describe('Key frames at which decoding can begin.').exactOptional(),
    get_urls: GetUrls.exactOptional(),
    size_bytes: z
      .int()
      .describe(
        'How many bytes it has. Beyond TAMS: only with `include_checksums`, and where that is recorded.',
      )
      .exactOptional(),
    checksums: z
      .array(Checksum)
      .describe(
        'What its bytes hash to, as its Storage Backend said when it was uploaded; empty where that knew none. ' +
          'Beyond TAMS, as `size_bytes`.',
      )
      .exactOptional(),
    init_object: InitObject.describe('What a decoder needs first (ADR 0045).').exactOptional(),
  })
  .meta({ id: 'Object', description: 'Bytes in storage: media, or what is needed to decode media.' })

export type MediaObject = z.infer<typeof MediaObject>
