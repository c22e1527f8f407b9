import { describe, expect, it } from 'vitest'
import { VIDEO } from '../../../../contracts/resources/content-format.ts'
import { FlowPut } from '../../../../contracts/resources/flow-put.ts'
import { faultsIn } from '../../../support/contracts/faults.ts'
import {
  audioFlow,
  dataFlow,
  FLOW_ID,
  imageFlow,
  multiFlow,
  PROFILE_ID,
  profileFlow,
  SOURCE_ID,
  videoFlow,
  withEssence,
} from '../../../support/contracts/flow-bodies.ts'

const rawVideo = {
  ...withEssence(videoFlow, {
    bit_depth: 10,
    unc_parameters: { unc_type: 'v210' },
    horiz_chroma_subs: 2,
    vert_chroma_subs: 1,
  }),
  codec: 'video/raw',
}
const rawAudio = {
  ...withEssence(audioFlow, { bit_depth: 24, unc_parameters: { unc_type: 'interleaved' } }),
  codec: 'audio/x-raw-int',
}

describe('a Flow', () => {
  it.each([
    ['video', videoFlow],
    ['video of variable frame rate', withEssence(videoFlow, { vfr: true, frame_rate: undefined })],
    ['video that says its frame rate is fixed', withEssence(videoFlow, { vfr: false })],
    ['uncompressed video', rawVideo],
    ['uncompressed RGB video', withEssence(rawVideo, { unc_parameters: { unc_type: 'RGB' } })],
    ['audio', audioFlow],
    ['uncompressed audio', rawAudio],
    ['image', imageFlow],
    ['data', dataFlow],
    ['multi-essence without container or codec', multiFlow],
    ['multi-essence with both', { ...multiFlow, container: 'video/mp2t', codec: 'video/mp2t' }],
    ['multi-essence with init segments', { ...multiFlow, essence_parameters: { init_segments: true } }],
    ['made by a Profile', profileFlow],
    ['made by a Profile, of a peak bit rate of its own', { ...profileFlow, max_bit_rate: 5_000 }],
    ['of a codec only its author knows', { ...videoFlow, codec: 'x/y;z=1' }],
  ])('of this form is accepted whole: %s', (_form, sent) => {
    const body = JSON.parse(JSON.stringify(sent))
    expect(faultsIn(FlowPut, body)).toBeUndefined()
    expect(FlowPut.parse(body)).toEqual(body)
  })

  it('keeps its collection in order, with roles and container mappings', () => {
    const flow_collection = [
      { id: SOURCE_ID, role: 'video', container_mapping: { mp2ts_container: { pid: 257 } } },
      { id: FLOW_ID, container_mapping: { track_index: 1, audio_track: { channel_numbers: [1, 0] } } },
      { id: PROFILE_ID },
    ]
    expect(FlowPut.parse({ ...multiFlow, flow_collection })).toEqual({ ...multiFlow, flow_collection })
  })

  it('is not told by clients what only the service knows, whatever they send', () => {
    const told = {
      created: 5,
      metadata_updated: 'soon',
      segments_updated: null,
      timerange: [],
      collected_by: 'me',
    }
    expect(FlowPut.parse({ ...videoFlow, ...told })).toEqual(videoFlow)
  })

  it('forgets fields it does not know', () => {
    expect(FlowPut.parse({ ...multiFlow, colour: 'red', essence: {} })).toEqual(multiFlow)
  })

  it('has no Profile once it was taken off it', () => {
    expect(FlowPut.parse({ ...videoFlow, profile_id: '' })).toEqual(videoFlow)
  })
})

describe('what is said to the client of a Flow that is refused', () => {
  const essence = (changes: object) => withEssence(videoFlow, changes)
  it.each<[what: string, body: unknown, said: string]>([
    ['no body', undefined, 'body: is missing'],
    ['a list', [], 'body: must be an object'],
    [
      'neither format nor Profile',
      { id: FLOW_ID, source_id: SOURCE_ID },
      'profile_id: is missing: a Flow needs either a format, with its metadata, or a profile_id',
    ],
    ['an unknown format', { ...videoFlow, format: 'video' }, 'format: must be one of the content formats'],
    [
      'only what its format makes it lack',
      { id: FLOW_ID, source_id: SOURCE_ID, format: VIDEO },
      'codec: is missing; essence_parameters: is missing',
    ],
    [
      'no ids',
      { ...multiFlow, id: undefined, source_id: 'x' },
      'id: is missing; source_id: must be a UUID in lower case, of version 1 to 5',
    ],
    [
      'an upper-case id',
      { ...multiFlow, id: FLOW_ID.toUpperCase() },
      'id: must be a UUID in lower case, of version 1 to 5',
    ],
    ['a quoted number', { ...videoFlow, max_bit_rate: '5000' }, 'max_bit_rate: must be an integer'],
    ['a negative bit rate', { ...videoFlow, avg_bit_rate: -1 }, 'avg_bit_rate: must be at least 0'],
    ['a fraction of a generation', { ...videoFlow, generation: 0.5 }, 'generation: must be an integer'],
    ['a quoted boolean', { ...videoFlow, read_only: 'true' }, 'read_only: must be true or false'],
    ['a null', { ...videoFlow, label: null }, 'label: must be a string'],
    ['a number for a tag', { ...videoFlow, tags: { a: 1 } }, 'tags.a: must be a string or a list'],
    ['a number in a tag', { ...videoFlow, tags: { a: ['b', 1] } }, 'tags.a[1]: must be a string'],
    [
      'a codec without a slash',
      { ...videoFlow, codec: 'h264' },
      'codec: must be a media type of two parts, such as video/h264',
    ],
    [
      'no frame rate',
      essence({ frame_rate: undefined }),
      'essence_parameters.frame_rate: is missing: only a Flow with vfr true has none',
    ],
    [
      'both frame rate and vfr',
      essence({ vfr: true }),
      'essence_parameters.frame_rate: cannot be given with vfr true',
    ],
    [
      'a frame rate of 0',
      essence({ frame_rate: { numerator: 0 } }),
      'essence_parameters.frame_rate.numerator: must be more than 0',
    ],
    ['an unknown essence parameter', essence({ hdr: true }), 'essence_parameters: has unknown names: hdr'],
    [
      'an unknown colour space',
      essence({ colorspace: 'P3' }),
      'essence_parameters.colorspace: must be one of BT601, BT709, BT2020, BT2100',
    ],
    [
      'init segments of an image',
      withEssence(imageFlow, { init_segments: true }),
      'essence_parameters.init_segments: is not for images',
    ],
    [
      'raw video without bit depth',
      { ...withEssence(rawVideo, { bit_depth: undefined }) },
      'essence_parameters.bit_depth: is missing: it is needed where codec is video/raw',
    ],
    [
      'raw video without packing',
      withEssence(rawVideo, { unc_parameters: undefined }),
      'essence_parameters.unc_parameters: is missing: it is needed where codec is video/raw',
    ],
    [
      'YUV without subsampling',
      withEssence(rawVideo, { vert_chroma_subs: undefined }),
      'essence_parameters.vert_chroma_subs: is missing: it is needed where unc_type is v210',
    ],
    [
      'raw audio without bit depth',
      withEssence(rawAudio, { bit_depth: undefined }),
      'essence_parameters.bit_depth: is missing: audio/x-raw-int needs it',
    ],
    [
      'raw audio without layout',
      withEssence(rawAudio, { unc_parameters: undefined }),
      'essence_parameters.unc_parameters: is missing: audio/x-raw-int needs it',
    ],
    [
      'float samples of 24 bits',
      { ...rawAudio, codec: 'audio/x-raw-float' },
      'essence_parameters.bit_depth: must be 32 or 64 for audio/x-raw-float',
    ],
    [
      'a Profile beside a format',
      { ...videoFlow, profile_id: PROFILE_ID },
      'profile_id: cannot be given with a format: a Profile brings its own ("" takes the Flow off its Profile)',
    ],
    [
      'a Profile beside technical metadata',
      { ...profileFlow, container: 'video/mp4' },
      'container: is technical metadata: it needs a format, and goes without a profile_id',
    ],
    [
      'an empty Profile and nothing else',
      { ...profileFlow, profile_id: '' },
      'profile_id: must be a UUID in lower case, of version 1 to 5',
    ],
    [
      'a member without id',
      { ...multiFlow, flow_collection: [{ role: 'video' }] },
      'flow_collection[0].id: is missing',
    ],
    [
      'no channels',
      { ...multiFlow, container_mapping: { audio_track: { channel_numbers: [] } } },
      'container_mapping.audio_track.channel_numbers: must name at least one channel',
    ],
  ])('%s', (_what, sent, said) => {
    const body = sent === undefined ? undefined : JSON.parse(JSON.stringify(sent))
    expect(faultsIn(FlowPut, body)).toBe(said)
  })
})
