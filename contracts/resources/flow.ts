import { z } from 'zod'
import { flowAudioShape } from './flow-audio.ts'
import { flowCommonShape } from './flow-common.ts'
import { flowDataShape } from './flow-data.ts'
import { flowImageShape } from './flow-image.ts'
import { flowMultiShape } from './flow-multi.ts'
import { flowVideoShape } from './flow-video.ts'
import { DateTimeText, TimeRangeText } from './time-text.ts'
import { Uuid } from './uuid.ts'

/** What the service alone knows of a Flow: never read from a client. */
const managedShape = {
  created: DateTimeText.describe('When the Flow was made here.').exactOptional(),
  metadata_updated: DateTimeText.describe('When its metadata last changed.').exactOptional(),
  segments_updated: DateTimeText.describe('When its Flow Segments last changed.').exactOptional(),
  timerange: TimeRangeText.describe(
    'From the first to the last of its Flow Segments; only where it was asked for.',
  ).exactOptional(),
  collected_by: z.array(Uuid).describe('The Flows that collect this one.').exactOptional(),
}

const commonShape = {
  ...flowCommonShape,
  ...managedShape,
  profile_id: Uuid.describe('The Profile the technical metadata came from.').exactOptional(),
}

const VideoFlow = z.object({ ...commonShape, ...flowVideoShape }).meta({ id: 'VideoFlow' })
const AudioFlow = z.object({ ...commonShape, ...flowAudioShape }).meta({ id: 'AudioFlow' })
const ImageFlow = z.object({ ...commonShape, ...flowImageShape }).meta({ id: 'ImageFlow' })
const DataFlow = z.object({ ...commonShape, ...flowDataShape }).meta({ id: 'DataFlow' })
const MultiFlow = z.object({ ...commonShape, ...flowMultiShape }).meta({ id: 'MultiFlow' })

/** A Flow as readers see it. @see TAMS flow-get.json */
export const Flow = z
  .discriminatedUnion('format', [VideoFlow, AudioFlow, ImageFlow, DataFlow, MultiFlow])
  .meta({
    id: 'Flow',
    description: 'A Source in one encoding: metadata of its own, and Flow Segments in time.',
  })

export type Flow = z.infer<typeof Flow>

/** A Flow as its events keep it: without what is derived, and with what a Profile gave filled in. */
export type FlowMetadata = WithoutManaged<Flow>

/** One form at a time, or TypeScript would keep only what all forms share. */
type WithoutManaged<F> = F extends unknown ? Omit<F, keyof typeof managedShape> : never
