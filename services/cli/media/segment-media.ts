import type { Fraction } from './fraction.ts'

/** What a Media Object contains, as its own bytes tell it: the playlist is not asked. */
export type SegmentMedia = {
  readonly container: Container
  /** In the container's order. Only what this program can describe; the rest is in `skippedTracks`. */
  readonly tracks: readonly MediaTrack[]
  /** Words for each elementary stream that was left out, e.g. `stream type 0x15 (PID 258)`. */
  readonly skippedTracks: readonly string[]
}

export type Container = 'mpegts' | 'fmp4'

export type MediaTrack = {
  /** MPEG-TS: the PID. ISO BMFF: the track_ID. */
  readonly id: number
  /** Place among all of the container's tracks, the skipped ones included, from 0. */
  readonly index: number
  readonly format: TrackFormat
  readonly timing: TrackTiming
}

/** Places on the container's own timeline, in ticks of `1 / timescale` s. Presentation times, not decoding times. */
export type TrackTiming = {
  readonly timescale: number
  /** The presentation time of the first sample that is to be presented. */
  readonly start: bigint
  /** That of the earliest sample there is: before `start` only where an edit list cuts encoder priming off. */
  readonly containedFrom: bigint
  /** That of the last sample, in presentation order. */
  readonly last: bigint
  /** Where the last sample ends; undefined where neither the container nor the codec nor the rate tells. */
  readonly end: bigint | undefined
  /** Video frames, or coded audio frames. */
  readonly sampleCount: number
  /** Samples where decoding can start; of use for video only. */
  readonly keyFrameCount: number
}

export type TrackFormat = VideoFormat | AudioFormat

export type VideoFormat = {
  readonly kind: 'video'
  /** A MIME type. */
  readonly codec: string
  /** Pixels, after cropping. */
  readonly width: number
  readonly height: number
  /** Undefined where frames do not come at a fixed rate. */
  readonly frameRate: Fraction | undefined
  readonly picture: PictureFormat
  /** The three bytes of an RFC 6381 `avc1` codec string. */
  readonly avc: { readonly profile: number; readonly level: number; readonly flags: number } | undefined
}

/** What the bit stream says about its pictures; what it leaves open is undefined. */
export type PictureFormat = {
  readonly bitDepth: number | undefined
  /** Luma samples to a chroma sample, across and down; undefined for monochrome. */
  readonly chromaSubsampling: { readonly horizontal: number; readonly vertical: number } | undefined
  readonly pixelAspectRatio: Fraction | undefined
  readonly isProgressive: boolean | undefined
  readonly colorspace: 'BT601' | 'BT709' | 'BT2020' | 'BT2100' | undefined
  readonly transferCharacteristic: 'SDR' | 'HLG' | 'PQ' | undefined
}

export type AudioFormat = {
  readonly kind: 'audio'
  /** A MIME type. */
  readonly codec: string
  readonly sampleRate: number
  readonly channels: number
  /** Samples in a coded frame, where that is fixed. */
  readonly codedFrameSize: number | undefined
  /** The MPEG-4 audio object type, e.g. 2 for AAC-LC. */
  readonly mpeg4ObjectType: number | undefined
}
