import { colourOf } from '../codecs/colour.ts'
import { readH264Sequence, type SequenceFormat } from '../codecs/h264.ts'
import { readH265Sequence } from '../codecs/h265.ts'
import { fraction } from '../fraction.ts'
import type { AudioFormat, PictureFormat } from '../segment-media.ts'
import { type AudioEntry, audioFormatOf } from './audio-sample-format.ts'
import type { SampleEntry } from './parse-boxes.ts'

/** A format without what only the samples tell: the frame rate, the frame size. */
export type SampleFormat = ({ readonly kind: 'video' } & SequenceFormat) | Omit<AudioFormat, 'codedFrameSize'>

/** A visual sample entry, and the boxes in it that are of use here. */
type VideoEntry = SampleEntry & {
  readonly width: number
  readonly height: number
  readonly avcC?: {
    readonly AVCProfileIndication: number
    readonly profile_compatibility: number
    readonly AVCLevelIndication: number
    readonly SPS: readonly { readonly data: Uint8Array }[]
  }
  readonly hvcC?: {
    readonly nalu_arrays: readonly ({ readonly nalu_type: number } & readonly {
      readonly data: Uint8Array
    }[])[]
  }
  readonly pasp?: { readonly hSpacing: number; readonly vSpacing: number }
  readonly colr?: {
    readonly colour_type: string
    readonly colour_primaries: number
    readonly transfer_characteristics: number
  }
}

/** By sample entry type. */
const VIDEO_CODECS: Readonly<Record<string, string>> = {
  avc1: 'video/h264',
  avc3: 'video/h264',
  hvc1: 'video/h265',
  hev1: 'video/h265',
  av01: 'video/av1',
  vp08: 'video/vp8',
  vp09: 'video/vp9',
}
const H265_SEQUENCE = 33

const UNKNOWN_PICTURE: PictureFormat = {
  bitDepth: undefined,
  chromaSubsampling: undefined,
  pixelAspectRatio: undefined,
  isProgressive: undefined,
  colorspace: undefined,
  transferCharacteristic: undefined,
}

/** @returns undefined where the samples are neither video nor audio of a codec with a known name. */
export function sampleFormatOf(entry: SampleEntry): SampleFormat | undefined {
  if (isVideo(entry)) return videoFormatOf(entry)
  return isAudio(entry) ? audioFormatOf(entry) : undefined
}

function isVideo(entry: SampleEntry): entry is VideoEntry {
  return entry.isVideo()
}

function isAudio(entry: SampleEntry): entry is AudioEntry {
  return entry.isAudio()
}

function videoFormatOf(entry: VideoEntry): SampleFormat | undefined {
  const codec = VIDEO_CODECS[entry.type]
  if (codec === undefined) return undefined
  const sequence = sequenceOf(entry) ?? sequenceFromEntry(entry, codec)
  return { kind: 'video', ...sequence, picture: withBoxes(sequence.picture, entry) }
}

/** Parameter sets say most. `avc3` and `hev1` may have them in the samples only. */
function sequenceOf({ avcC, hvcC }: VideoEntry): SequenceFormat | undefined {
  const h264 = avcC?.SPS[0]?.data
  if (h264) return readH264Sequence(h264)
  const h265 = hvcC?.nalu_arrays.find(({ nalu_type }) => nalu_type === H265_SEQUENCE)?.[0]?.data
  return h265 && readH265Sequence(h265)
}

function sequenceFromEntry({ width, height, avcC }: VideoEntry, codec: string): SequenceFormat {
  const avc = avcC && {
    profile: avcC.AVCProfileIndication,
    flags: avcC.profile_compatibility,
    level: avcC.AVCLevelIndication,
  }
  return { codec, width, height, avc, declaredRate: undefined, picture: UNKNOWN_PICTURE }
}

/** The container may repeat, or know alone, what shape pixels have and what their colours mean. */
function withBoxes(picture: PictureFormat, { pasp, colr }: VideoEntry): PictureFormat {
  const boxRatio =
    pasp && pasp.hSpacing > 0 && pasp.vSpacing > 0 ? fraction(pasp.hSpacing, pasp.vSpacing) : undefined
  const boxColour =
    colr?.colour_type === 'nclx' || colr?.colour_type === 'nclc'
      ? colourOf(colr.colour_primaries, colr.transfer_characteristics)
      : undefined
  return {
    ...picture,
    pixelAspectRatio: picture.pixelAspectRatio ?? boxRatio,
    colorspace: picture.colorspace ?? boxColour?.colorspace,
    transferCharacteristic: picture.transferCharacteristic ?? boxColour?.transferCharacteristic,
  }
}
