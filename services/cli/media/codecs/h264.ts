import { type Fraction, fraction } from '../fraction.ts'
import type { PictureFormat, VideoFormat } from '../segment-media.ts'
import { type BitReader, bitReader } from './bit-reader.ts'
import { colourOf } from './colour.ts'
import { withoutEmulationPrevention } from './nal-units.ts'
import { readPixelAspectRatio } from './pixel-aspect-ratio.ts'

/** What a sequence parameter set says, as far as a Flow has a word for it. */
export type SequenceFormat = Pick<VideoFormat, 'codec' | 'width' | 'height' | 'picture' | 'avc'> & {
  /** From the timing information, which encoders may leave out or get wrong. */
  readonly declaredRate: Fraction | undefined
}

/** Profiles whose parameter sets describe chroma and bit depth (H.264, 7.3.2.1.1). */
const HIGH_PROFILES = [100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135]
const CHROMA_444 = 3
const MACROBLOCK = 16

/**
 * Reads an H.264 sequence parameter set.
 * @param unit the NAL unit with its header byte, as in Annex B or in an `avcC` box
 * @throws RangeError where it is cut short
 */
export function readH264Sequence(unit: Uint8Array): SequenceFormat {
  const reader = bitReader(withoutEmulationPrevention(unit.subarray(1)))
  const avc = { profile: reader.bits(8), flags: reader.bits(8), level: reader.bits(8) }
  reader.unsignedGolomb() // seq_parameter_set_id
  const sampling = HIGH_PROFILES.includes(avc.profile) ? readSampling(reader) : { chroma: 1, bitDepth: 8 }
  skipFrameNumbering(reader)
  const widthInMacroblocks = reader.unsignedGolomb() + 1
  const heightInMapUnits = reader.unsignedGolomb() + 1
  const isProgressive = reader.flag()
  if (!isProgressive) reader.skip(1) // mb_adaptive_frame_field_flag
  reader.skip(1) // direct_8x8_inference_flag
  const subsampling = SUBSAMPLING[sampling.chroma]
  const crop = readCropping(reader, subsampling, isProgressive)
  const usability = reader.flag() ? readUsability(reader) : undefined
  return {
    codec: 'video/h264',
    width: widthInMacroblocks * MACROBLOCK - crop.width,
    height: heightInMapUnits * MACROBLOCK * (isProgressive ? 1 : 2) - crop.height,
    avc,
    declaredRate: usability?.declaredRate,
    picture: {
      bitDepth: sampling.bitDepth,
      chromaSubsampling: subsampling,
      // Where fields are allowed, only the pictures themselves tell whether they are used.
      isProgressive: isProgressive || undefined,
      pixelAspectRatio: usability?.pixelAspectRatio,
      colorspace: usability?.colorspace,
      transferCharacteristic: usability?.transferCharacteristic,
    },
  }
}

/** By chroma_format_idc; monochrome has none. */
export const SUBSAMPLING: readonly PictureFormat['chromaSubsampling'][] = [
  undefined,
  { horizontal: 2, vertical: 2 },
  { horizontal: 2, vertical: 1 },
  { horizontal: 1, vertical: 1 },
]

function readSampling(reader: BitReader): { chroma: number; bitDepth: number } {
  const chroma = reader.unsignedGolomb()
  if (chroma === CHROMA_444) reader.skip(1) // separate_colour_plane_flag
  const bitDepth = reader.unsignedGolomb() + 8
  reader.unsignedGolomb() // bit_depth_chroma_minus8
  reader.skip(1) // qpprime_y_zero_transform_bypass_flag
  if (reader.flag()) skipScalingLists(reader, chroma === CHROMA_444 ? 12 : 8)
  return { chroma, bitDepth }
}

/** H.264, 7.3.2.1.1.1: how long a list is depends on its values. */
function skipScalingLists(reader: BitReader, count: number): void {
  for (let list = 0; list < count; list += 1) {
    if (!reader.flag()) continue
    let last = 8
    for (let left = list < 6 ? 16 : 64; left > 0; left -= 1) {
      const next = (last + reader.signedGolomb() + 256) % 256
      if (next === 0) break
      last = next
    }
  }
}

function skipFrameNumbering(reader: BitReader): void {
  reader.unsignedGolomb() // log2_max_frame_num_minus4
  const orderType = reader.unsignedGolomb()
  if (orderType === 0) reader.unsignedGolomb()
  if (orderType === 1) {
    reader.skip(1)
    reader.signedGolomb()
    reader.signedGolomb()
    for (let left = reader.unsignedGolomb(); left > 0; left -= 1) reader.signedGolomb()
  }
  reader.unsignedGolomb() // max_num_ref_frames
  reader.skip(1) // gaps_in_frame_num_value_allowed_flag
}

function readCropping(
  reader: BitReader,
  subsampling: PictureFormat['chromaSubsampling'],
  isProgressive: boolean,
): { width: number; height: number } {
  if (!reader.flag()) return { width: 0, height: 0 }
  const [left, right] = [reader.unsignedGolomb(), reader.unsignedGolomb()]
  const [top, bottom] = [reader.unsignedGolomb(), reader.unsignedGolomb()]
  const { horizontal, vertical } = subsampling ?? { horizontal: 1, vertical: 1 }
  return {
    width: (left + right) * horizontal,
    height: (top + bottom) * vertical * (isProgressive ? 1 : 2),
  }
}

/** Video usability information (H.264, E.1.1), up to the timing. */
function readUsability(reader: BitReader) {
  const pixelAspectRatio = reader.flag() ? readPixelAspectRatio(reader) : undefined
  if (reader.flag()) reader.skip(1) // overscan_appropriate_flag
  const colour = reader.flag() ? readColour(reader) : undefined
  if (reader.flag()) {
    reader.unsignedGolomb() // where chroma samples lie, in the top field
    reader.unsignedGolomb() // and in the bottom field
  }
  return {
    pixelAspectRatio,
    colorspace: colour?.colorspace,
    transferCharacteristic: colour?.transferCharacteristic,
    declaredRate: reader.flag() ? readRate(reader) : undefined,
  }
}

function readColour(reader: BitReader): ReturnType<typeof colourOf> | undefined {
  reader.skip(4) // video_format, video_full_range_flag
  if (!reader.flag()) return undefined
  const primaries = reader.bits(8)
  const transfer = reader.bits(8)
  reader.skip(8) // matrix_coefficients
  return colourOf(primaries, transfer)
}

/** A tick of this clock is a field's, so a frame takes two. */
function readRate(reader: BitReader): Fraction | undefined {
  const unitsInTick = reader.bits(32)
  const timeScale = reader.bits(32)
  return unitsInTick > 0 && timeScale > 0 ? fraction(timeScale, unitsInTick * 2) : undefined
}
