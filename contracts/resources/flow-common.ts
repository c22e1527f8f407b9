import { z } from 'zod'
import { FlowCollection } from './flow-collection.ts'
import { FlowStatus } from './flow-status.ts'
import { Description, Label, Principal } from './free-text.ts'
import { Tags } from './tags.ts'
import { Uuid } from './uuid.ts'

/** What a client may say of any Flow, whatever its format (TAMS flow-common.json). */
export const flowCommonShape = {
  id: Uuid.describe('The Flow.'),
  source_id: Uuid.describe('The Source the Flow represents; made known with its first Flow.'),
  label: Label.describe('A short name, for listings.').exactOptional(),
  description: Description.describe('What people should know of the Flow.').exactOptional(),
  created_by: Principal.describe('Who made the Flow: the caller unless given.').exactOptional(),
  updated_by: Principal.describe('Who last changed its metadata: the caller unless given.').exactOptional(),
  tags: Tags.describe('Replaced as a whole by each PUT.').exactOptional(),
  metadata_version: z
    .string()
    .max(1_024)
    .describe('Differs whenever the metadata does. The service sets a new one unless the client has.')
    .exactOptional(),
  generation: z
    .int()
    .nonnegative()
    .describe('Lossy encodings the content has been through: 0 is as captured, lower is closer to it.')
    .exactOptional(),
  status: FlowStatus.exactOptional(),
  read_only: z
    .boolean()
    .describe('While true, the Flow, its Flow Segments and its storage take no writes but of this property.')
    .exactOptional(),
  max_bit_rate: z
    .int()
    .nonnegative()
    .describe('Peak, in units of 1000 bit/s (AppNote 0013).')
    .exactOptional(),
  flow_collection: FlowCollection.exactOptional(),
}
