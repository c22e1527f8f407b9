import { AUDIO, MULTI, VIDEO } from '../../../contracts/resources/content-format.ts'
import type { FlowPut } from '../../../contracts/resources/flow-put.ts'
import type { Tags } from '../../../contracts/resources/tags.ts'
import { type Fraction, fraction } from '../media/fraction.ts'
import type {
  AudioFormat,
  Container,
  MediaTrack,
  SegmentMedia,
  TrackFormat,
  VideoFormat,
} from '../media/segment-media.ts'
import { presentFields } from '../present-fields.ts'

/** Ids of the Flow that has the segments, and of one Flow for each track where there are several. */
export type FlowIds = {
  readonly flowId: string
  readonly sourceId: string
  readonly members: readonly MemberIds[]
}
type EssenceField = 'format' | 'codec' | 'essence_parameters'
type Essence =
  | Pick<Extract<FlowPut, { format: typeof VIDEO }>, EssenceField>
  | Pick<Extract<FlowPut, { format: typeof AUDIO }>, EssenceField>

export type MemberIds = { readonly flowId: string; readonly sourceId: string }

export type FlowDetails = {
  readonly label: string | undefined
  readonly tags: Tags
  readonly hasInit: boolean
  readonly segmentDuration: Fraction | undefined
  /** 1000 bit/s. */
  readonly averageBitRate: number | undefined
}

/**
 * The Flows that describe some media, in the order to create them.
 *
 * One track makes one Flow. Several make a Flow each, without container, and a multi-essence Flow which has the
 * container and the segments, and says where in it each track is (TAMS AppNotes 0001 and 0006).
 * @param ids with as many members as there are tracks, if there are several
 */
export function planFlows(media: SegmentMedia, ids: FlowIds, details: FlowDetails): readonly FlowPut[] {
  const { label, tags, hasInit, segmentDuration, averageBitRate } = details
  const main = presentFields({
    id: ids.flowId,
    source_id: ids.sourceId,
    label,
    tags,
    container: containerOf(media.container, hasInit, media.tracks),
    segment_duration: segmentDuration,
    avg_bit_rate: averageBitRate,
  })
  const [only, ...others] = media.tracks
  if (only && others.length === 0) {
    // What else is in the container has no Flow, and yet must not be taken for this one.
    const container_mapping = media.skippedTracks.length > 0 ? mappingOf(only, media) : undefined
    return [{ ...main, ...presentFields({ container_mapping }), ...essenceOf(only.format, hasInit) }]
  }
  const members = ids.members.map((member, index) => ({ ...member, track: media.tracks[index]! }))
  const collection = members.map(({ flowId, track }) => ({
    id: flowId,
    role: track.format.kind,
    container_mapping: mappingOf(track, media),
  }))
  const essence_parameters = hasInit ? { init_segments: true } : undefined
  return [
    ...members.map((member) => memberFlow(member, details)),
    { ...main, ...presentFields({ essence_parameters }), format: MULTI, flow_collection: collection },
  ]
}

/**
 * The media type of a Flow's objects. Segments that need an initialisation segment are no MP4 files by
 * themselves: they have a type of their own, the same for all essences.
 * @see TAMS 8.2, flow-get-200-video-h264-fmp4.json
 */
export function containerOf(container: Container, hasInit: boolean, tracks: readonly MediaTrack[]): string {
  if (container === 'mpegts') return 'video/mp2t'
  return hasInit ? 'video/iso.segment' : initContentType(tracks)
}

/** The media type of initialisation segments, and of MP4 files that need none. */
export function initContentType(tracks: readonly MediaTrack[]): string {
  return tracks.some(({ format }) => format.kind === 'video') ? 'video/mp4' : 'audio/mp4'
}

function memberFlow(member: MemberIds & { track: MediaTrack }, { label, tags }: FlowDetails): FlowPut {
  const { flowId, sourceId, track } = member
  return {
    ...presentFields({
      id: flowId,
      source_id: sourceId,
      label: label && `${label} (${track.format.kind})`,
      tags,
    }),
    ...essenceOf(track.format, false),
  }
}

function mappingOf(track: MediaTrack, { container, tracks }: SegmentMedia) {
  const sameKind = tracks.filter(({ format }) => format.kind === track.format.kind)
  return {
    track_index: track.index,
    format_track_index: sameKind.indexOf(track),
    ...(container === 'mpegts'
      ? { mp2ts_container: { pid: track.id } }
      : { isobmff_container: { track_id: track.id } }),
  }
}

function essenceOf(format: TrackFormat, hasInit: boolean): Essence {
  const init_segments = hasInit || undefined
  const { codec } = format
  return format.kind === 'video'
    ? { format: VIDEO, codec, essence_parameters: presentFields({ ...videoEssence(format), init_segments }) }
    : { format: AUDIO, codec, essence_parameters: presentFields({ ...audioEssence(format), init_segments }) }
}

function videoEssence({ width, height, frameRate, picture, avc }: VideoFormat) {
  const { chromaSubsampling: chroma, pixelAspectRatio: pixel } = picture
  return {
    frame_width: width,
    frame_height: height,
    frame_rate: frameRate,
    vfr: frameRate ? undefined : true,
    bit_depth: picture.bitDepth,
    interlace_mode: picture.isProgressive ? ('progressive' as const) : undefined,
    colorspace: picture.colorspace,
    transfer_characteristic: picture.transferCharacteristic,
    pixel_aspect_ratio: pixel,
    aspect_ratio: pixel && fraction(width * pixel.numerator, height * pixel.denominator),
    component_type: chroma && ('YCbCr' as const),
    horiz_chroma_subs: chroma?.horizontal,
    vert_chroma_subs: chroma?.vertical,
    avc_parameters: avc,
  }
}

function audioEssence({ sampleRate, channels, codedFrameSize, mpeg4ObjectType }: AudioFormat) {
  const codec = presentFields({ coded_frame_size: codedFrameSize, mp4_oti: mpeg4ObjectType })
  return {
    sample_rate: sampleRate,
    channels,
    codec_parameters: Object.keys(codec).length > 0 ? codec : undefined,
  }
}
