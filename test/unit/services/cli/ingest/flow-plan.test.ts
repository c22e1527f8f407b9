import { describe, expect, it } from 'vitest'
import { FlowPut } from '../../../../../contracts/resources/flow-put.ts'
import { planFlows } from '../../../../../services/cli/ingest/flow-plan.ts'
import type {
  AudioFormat,
  MediaTrack,
  SegmentMedia,
  TrackFormat,
  VideoFormat,
} from '../../../../../services/cli/media/segment-media.ts'

const video: VideoFormat = {
  kind: 'video',
  codec: 'video/h264',
  width: 704,
  height: 576,
  frameRate: { numerator: 25, denominator: 1 },
  avc: { profile: 100, level: 31, flags: 0 },
  picture: {
    bitDepth: 8,
    chromaSubsampling: { horizontal: 2, vertical: 2 },
    pixelAspectRatio: { numerator: 16, denominator: 11 },
    isProgressive: true,
    colorspace: 'BT709',
    transferCharacteristic: 'SDR',
  },
}
const audio: AudioFormat = {
  kind: 'audio',
  codec: 'audio/aac',
  sampleRate: 48_000,
  channels: 2,
  codedFrameSize: 1024,
  mpeg4ObjectType: 2,
}

const timing = {
  timescale: 90_000,
  start: 0n,
  containedFrom: 0n,
  last: 0n,
  end: 1n,
  sampleCount: 1,
  keyFrameCount: 1,
}
const mediaOf = (container: SegmentMedia['container'], ...formats: TrackFormat[]): SegmentMedia => ({
  container,
  tracks: formats.map((format, index): MediaTrack => ({ id: 256 + index, index, format, timing })),
  skippedTracks: [],
})

const uuid = (digit: number) => `00000000-0000-4000-8000-00000000000${digit}`
const ids = {
  flowId: uuid(1),
  sourceId: uuid(2),
  members: [3, 5, 7].map((digit) => ({ flowId: uuid(digit), sourceId: uuid(digit + 1) })),
}
const details = {
  label: 'Studio 1',
  tags: { programme: 'news' },
  hasInit: false,
  segmentDuration: { numerator: 2, denominator: 1 },
  averageBitRate: 1500,
}

describe('the Flows of some media', () => {
  it('is one Flow for one track, with all that is known of it', () => {
    expect(planFlows(mediaOf('mpegts', video), ids, details)).toEqual([
      {
        id: uuid(1),
        source_id: uuid(2),
        label: 'Studio 1',
        tags: { programme: 'news' },
        container: 'video/mp2t',
        segment_duration: { numerator: 2, denominator: 1 },
        avg_bit_rate: 1500,
        format: 'urn:x-nmos:format:video',
        codec: 'video/h264',
        essence_parameters: {
          frame_width: 704,
          frame_height: 576,
          frame_rate: { numerator: 25, denominator: 1 },
          bit_depth: 8,
          interlace_mode: 'progressive',
          colorspace: 'BT709',
          transfer_characteristic: 'SDR',
          pixel_aspect_ratio: { numerator: 16, denominator: 11 },
          aspect_ratio: { numerator: 16, denominator: 9 },
          component_type: 'YCbCr',
          horiz_chroma_subs: 2,
          vert_chroma_subs: 2,
          avc_parameters: { profile: 100, level: 31, flags: 0 },
        },
      },
    ])
  })

  it('is a multi-essence Flow for several, which says where each is and alone has a container', () => {
    const flows = planFlows(mediaOf('mpegts', video, audio, audio), ids, details)
    expect(flows.map(({ id, format, label }) => [id, format, label])).toEqual([
      [uuid(3), 'urn:x-nmos:format:video', 'Studio 1 (video)'],
      [uuid(5), 'urn:x-nmos:format:audio', 'Studio 1 (audio)'],
      [uuid(7), 'urn:x-nmos:format:audio', 'Studio 1 (audio)'],
      [uuid(1), 'urn:x-nmos:format:multi', 'Studio 1'],
    ])
    expect(flows.map((flow) => 'container' in flow)).toEqual([false, false, false, true])
    expect(flows.at(-1)?.flow_collection).toEqual([
      {
        id: uuid(3),
        role: 'video',
        container_mapping: { track_index: 0, format_track_index: 0, mp2ts_container: { pid: 256 } },
      },
      {
        id: uuid(5),
        role: 'audio',
        container_mapping: { track_index: 1, format_track_index: 0, mp2ts_container: { pid: 257 } },
      },
      {
        id: uuid(7),
        role: 'audio',
        container_mapping: { track_index: 2, format_track_index: 1, mp2ts_container: { pid: 258 } },
      },
    ])
  })

  it('tells of initialisation segments on the Flow that has the segments', () => {
    const withInit = { ...details, hasInit: true }
    const [only] = planFlows(mediaOf('fmp4', audio), ids, withInit)
    expect(only).toMatchObject({
      container: 'video/iso.segment',
      essence_parameters: { init_segments: true },
    })
    const flows = planFlows(
      mediaOf('fmp4', video, audio),
      { ...ids, members: ids.members.slice(0, 2) },
      withInit,
    )
    expect(flows.map((flow) => flow.essence_parameters)).toEqual([
      expect.not.objectContaining({ init_segments: true }),
      expect.not.objectContaining({ init_segments: true }),
      { init_segments: true },
    ])
    expect(flows[2]?.flow_collection?.[1]?.container_mapping).toEqual({
      track_index: 1,
      format_track_index: 0,
      isobmff_container: { track_id: 257 },
    })
  })

  it.each([
    [mediaOf('fmp4', video), 'video/mp4'],
    [mediaOf('fmp4', audio), 'audio/mp4'],
    [mediaOf('mpegts', audio), 'video/mp2t'],
  ])('names the container of media that needs no initialisation segment', (media, container) => {
    expect(planFlows(media, ids, details)[0]).toMatchObject({ container })
  })

  it('says which track it is where the container has others', () => {
    const media = { ...mediaOf('mpegts', audio), skippedTracks: ['stream type 0x02 (PID 255)'] }
    expect(planFlows(media, ids, details)).toMatchObject([
      { container_mapping: { track_index: 0, format_track_index: 0, mp2ts_container: { pid: 256 } } },
    ])
  })

  it('is variable where the frame rate is', () => {
    const [flow] = planFlows(mediaOf('mpegts', { ...video, frameRate: undefined }), ids, details)
    expect(flow?.essence_parameters).toMatchObject({ vfr: true })
    expect(flow?.essence_parameters).not.toHaveProperty('frame_rate')
  })

  it('is what the API accepts, and reads as it was written', () => {
    const sparse: VideoFormat = {
      ...video,
      avc: undefined,
      picture: {
        bitDepth: undefined,
        chromaSubsampling: undefined,
        pixelAspectRatio: undefined,
        isProgressive: undefined,
        colorspace: undefined,
        transferCharacteristic: undefined,
      },
    }
    const bare: AudioFormat = { ...audio, codedFrameSize: undefined, mpeg4ObjectType: undefined }
    const twoMembers = { ...ids, members: ids.members.slice(0, 2) }
    const plans = [
      planFlows(mediaOf('mpegts', video, audio), twoMembers, details),
      planFlows(mediaOf('fmp4', sparse), ids, { ...details, hasInit: true, label: undefined }),
      planFlows(mediaOf('fmp4', bare), ids, { ...details, segmentDuration: undefined }),
    ]
    for (const flow of plans.flat()) expect(FlowPut.parse(flow)).toEqual(flow)
  })
})
