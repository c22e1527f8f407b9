import { z } from 'zod'
import { boundedArray } from './bounded.ts'

const Index = z.int().nonnegative()
const MAX_CHANNELS = 1_024

const AudioTrack = z.object({
  channel_numbers: boundedArray(Index, MAX_CHANNELS)
    .refine((channels) => channels.length > 0, { error: 'must name at least one channel' })
    .meta({ minItems: 1, description: 'Channels of the container (from 0), in the order the Flow has them.' })
    .exactOptional(),
  channel_range: z
    .string()
    .regex(/^[0-9]{1,9}_[0-9]{1,9}$/, { error: 'must be first_last, such as 0_1' })
    .describe('First and last channel of the container (from 0), both included.')
    .exactOptional(),
})

const UMID = 'urn:smpte:umid:[0-9a-fA-F]{8}(.[0-9a-fA-F]{8}){7}'
const UUID_URN = 'urn:uuid:[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}'

const MxfContainer = z.object({
  package_uid: z
    .string()
    .regex(new RegExp(`^${UMID}$|^${UUID_URN}$`), { error: 'must be the URN of a SMPTE UMID or of a UUID' })
    .describe('The package, as a SMPTE UMID URN or a UUID URN.')
    .exactOptional(),
  track_id: z.int().describe('The track within the package.').exactOptional(),
})

/** Where the essence of a Flow is within a container that holds more than it. */
export const ContainerMapping = z
  .object({
    track_index: Index.describe('Place among all tracks of the container, from 0.').exactOptional(),
    format_track_index: Index.describe('Place among the tracks of the same format, from 0.').exactOptional(),
    audio_track: AudioTrack.describe('Which channels of an audio track are the Flow’s.').exactOptional(),
    mp2ts_container: z
      .object({ pid: z.int().describe('Packet id of the elementary stream.').exactOptional() })
      .describe('In an MPEG-2 transport stream (ISO/IEC 13818-1).')
      .exactOptional(),
    mxf_container: MxfContainer.describe('In an MXF file (SMPTE ST 377-1).').exactOptional(),
    isobmff_container: z
      .object({ track_id: z.int().describe('The track’s id.').exactOptional() })
      .describe('In an ISO base media file, such as MP4 (ISO/IEC 14496-12).')
      .exactOptional(),
  })
  .meta({ id: 'ContainerMapping', description: 'Where in a container the essence of a Flow is found.' })
