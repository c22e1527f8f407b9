import { z } from 'zod'
import { absent } from './absent.ts'
import { checkAudio, flowAudioShape } from './flow-audio.ts'
import { flowCommonShape } from './flow-common.ts'
import { flowDataShape } from './flow-data.ts'
import { flowImageShape } from './flow-image.ts'
import { flowMultiShape } from './flow-multi.ts'
import { checkVideo, flowVideoShape } from './flow-video.ts'
import { NOT_A_UUID, UUID_PATTERN } from './uuid.ts'

// The six forms differ by `format`, which the Profile form does not have: so zod picks the form that the body
// claims to be, and its errors speak of that form alone. What only the service may set (created,
// metadata_updated, segments_updated, timerange, collected_by) is in none of them, and is dropped unread.

const inlineShape = {
  ...flowCommonShape,
  profile_id: z
    .literal('', {
      error: 'cannot be given with a format: a Profile brings its own ("" takes the Flow off its Profile)',
    })
    .describe('Empty: takes the Flow off its Profile.')
    .exactOptional(),
}

const fromProfile = absent('is technical metadata: it needs a format, and goes without a profile_id')

const profileShape = {
  codec: fromProfile,
  container: fromProfile,
  avg_bit_rate: fromProfile,
  segment_duration: fromProfile,
  container_mapping: fromProfile,
  essence_parameters: fromProfile,
}

/**
 * What a client says of a Flow, in one of its forms.
 * @param id the schema of its `id`
 * @param verb what the names of the forms' schemas end with
 */
export const flowBody = <I extends z.ZodType>(id: I, verb: 'Put' | 'Post') => {
  const inline = { ...inlineShape, id }
  const profile = z.object({
    ...flowCommonShape,
    id,
    profile_id: z
      .string({ error: 'is missing: a Flow needs either a format, with its metadata, or a profile_id' })
      .regex(UUID_PATTERN, { error: NOT_A_UUID })
      .describe('The Profile that gives all technical metadata.'),
    format: fromProfile,
    ...profileShape,
  })
  const video = z.object({ ...inline, ...flowVideoShape }).check(checkVideo)
  const audio = z.object({ ...inline, ...flowAudioShape }).check(checkAudio)
  const image = z.object({ ...inline, ...flowImageShape })
  const data = z.object({ ...inline, ...flowDataShape })
  const multi = z.object({ ...inline, ...flowMultiShape })
  return z
    .discriminatedUnion(
      'format',
      [
        video.meta({ id: `VideoFlow${verb}`, title: 'Video' }),
        audio.meta({ id: `AudioFlow${verb}`, title: 'Audio' }),
        image.meta({ id: `ImageFlow${verb}`, title: 'Image' }),
        data.meta({ id: `DataFlow${verb}`, title: 'Data' }),
        multi.meta({ id: `MultiFlow${verb}`, title: 'Multi-essence' }),
        profile.meta({ id: `ProfileFlow${verb}`, title: 'By Profile' }),
      ],
      {
        error: (issue) => (issue.code === 'invalid_union' ? 'must be one of the content formats' : undefined),
      },
    )
    .overwrite((flow) => {
      // It has done its work: without a Profile is what an inline Flow is.
      if (flow.format !== undefined && flow.profile_id === '') delete flow.profile_id
      return flow
    })
}

/** What a client says of a Flow: all of it, since a PUT replaces. @see TAMS flow-put.json */
export const FlowPut = flowBody(flowCommonShape.id, 'Put').meta({
  id: 'FlowPut',
  description:
    'A Flow, whole: what is left out is unset. Its technical metadata is given here or by a Profile, never ' +
    'both. `created`, `metadata_updated`, `segments_updated`, `timerange` and `collected_by` are ignored.',
})

export type FlowPut = z.infer<typeof FlowPut>

/** A Flow whose technical metadata a Profile gives. */
export type ProfileFlowPut = Omit<Extract<FlowPut, { format?: undefined }>, keyof typeof profileShape>
