import { z } from 'zod'
import { ContainerMapping } from './container-mapping.ts'
import { LooseMimeType } from './mime-type.ts'
import { Rational } from './rational.ts'

export const Codec = LooseMimeType.describe('How the essence is coded, as a media type: video/h264.')

/** What a Flow says of its media in any format, and a Profile may say for it (TAMS flow-technical.json). */
export const flowTechnicalShape = {
  codec: Codec.exactOptional(),
  container: LooseMimeType.describe(
    'Media type of the Flow Segments’ objects: video/mp2t. Without one, the Flow takes no Flow Segments.',
  ).exactOptional(),
  avg_bit_rate: z
    .int()
    .nonnegative()
    .describe('Average, in units of 1000 bit/s (AppNote 0013).')
    .exactOptional(),
  segment_duration: Rational.describe(
    'Seconds a Flow Segment is meant to last; each may differ.',
  ).exactOptional(),
  container_mapping: ContainerMapping.describe(
    'Where the essence is in the Flow’s own container.',
  ).exactOptional(),
}

export const InitSegments = z
  .boolean()
  .describe('Whether the Media Objects need init objects: then all have one, otherwise none (ADR 0045).')
  .exactOptional()
