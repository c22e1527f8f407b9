import { describe, expect, it } from 'vitest'
import { AUDIO, DATA, IMAGE, VIDEO } from '../../../../contracts/resources/content-format.ts'
import { ProfilePost } from '../../../../contracts/resources/profile.ts'
import { faultsIn } from '../../../support/contracts/faults.ts'
import {
  audioFlow,
  dataFlow,
  imageFlow,
  multiFlow,
  PROFILE_ID,
  videoFlow,
  withEssence,
} from '../../../support/contracts/flow-bodies.ts'

const technical = ({ id: _, source_id: __, ...flow_metadata }: typeof multiFlow) => flow_metadata
const profileOf = (flow: object) => ({
  id: PROFILE_ID,
  flow_metadata: technical(flow as typeof multiFlow),
})

describe('a Profile', () => {
  it.each([
    ['video', videoFlow],
    ['audio', audioFlow],
    ['image', imageFlow],
    ['data', dataFlow],
    [
      'all technical metadata there is',
      {
        ...videoFlow,
        container: 'video/mp2t',
        avg_bit_rate: 5_000,
        segment_duration: { numerator: 10, denominator: 1 },
        container_mapping: { track_index: 1 },
      },
    ],
  ])('is of one essence, accepted whole: %s', (_what, flow) => {
    const body = {
      ...profileOf(flow),
      label: 'House',
      description: 'Of old',
      created_by: 'ada',
      tags: { a: 'b' },
    }
    expect(ProfilePost.parse(body)).toStrictEqual(body)
  })

  it('forgets what is not a Profile’s: its time, and what belongs to single Flows', () => {
    const { flow_metadata } = profileOf(videoFlow)
    const body = {
      id: PROFILE_ID,
      created: 'soon',
      flow_metadata: { ...flow_metadata, label: 'A', max_bit_rate: 1 },
    }
    expect(ProfilePost.parse(body)).toStrictEqual({ id: PROFILE_ID, flow_metadata })
  })

  const oneOf = `flow_metadata.format: must be one of ${VIDEO}, ${AUDIO}, ${IMAGE}, ${DATA}: a Profile is of one essence`

  it.each<[what: string, body: unknown, said: string]>([
    ['nothing', {}, 'id: is missing; flow_metadata: is missing'],
    ['multi-essence', profileOf(multiFlow), oneOf],
    ['no format', { id: PROFILE_ID, flow_metadata: {} }, oneOf],
    ['a Flow’s form', videoFlow, 'flow_metadata: is missing'],
    [
      'video of a frame rate that varies and is fixed',
      profileOf(withEssence(videoFlow, { vfr: true })),
      'flow_metadata.essence_parameters.frame_rate: cannot be given with vfr true',
    ],
    [
      'raw video that does not say how',
      profileOf({ ...videoFlow, codec: 'video/raw' }),
      'flow_metadata.essence_parameters.bit_depth: is missing: it is needed where codec is video/raw',
    ],
    [
      'raw audio that does not say how',
      profileOf({ ...audioFlow, codec: 'audio/x-raw-int' }),
      'flow_metadata.essence_parameters.unc_parameters: is missing: audio/x-raw-int needs it',
    ],
  ])('is refused with %s', (_what, body, said) => {
    expect(faultsIn(ProfilePost, body)).toContain(said)
  })
})
