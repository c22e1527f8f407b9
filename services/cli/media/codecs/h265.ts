import { type BitReader, bitReader } from './bit-reader.ts'
import { type SequenceFormat, SUBSAMPLING } from './h264.ts'
import { withoutEmulationPrevention } from './nal-units.ts'

/** The general profile, tier and level: present in every parameter set, of no use to a Flow. */
const GENERAL_PROFILE_BITS = 88
const LEVEL_BITS = 8
const CHROMA_444 = 3
const HEADER_BYTES = 2

/**
 * Reads an H.265 sequence parameter set (H.265, 7.3.2.2.1) up to the bit depth. Colour and rate follow after
 * structures of many pages: the rate is measured instead, and colour left open.
 * @param unit the NAL unit with its header
 * @throws RangeError where it is cut short
 */
export function readH265Sequence(unit: Uint8Array): SequenceFormat {
  const reader = bitReader(withoutEmulationPrevention(unit.subarray(HEADER_BYTES)))
  reader.skip(4) // sps_video_parameter_set_id
  const subLayers = reader.bits(3)
  reader.skip(1) // sps_temporal_id_nesting_flag
  skipProfiles(reader, subLayers)
  reader.unsignedGolomb() // sps_seq_parameter_set_id
  const chroma = reader.unsignedGolomb()
  if (chroma === CHROMA_444) reader.skip(1) // separate_colour_plane_flag
  const codedWidth = reader.unsignedGolomb()
  const codedHeight = reader.unsignedGolomb()
  const subsampling = SUBSAMPLING[chroma]
  const { horizontal, vertical } = subsampling ?? { horizontal: 1, vertical: 1 }
  const window = reader.flag() ? readWindow(reader) : { width: 0, height: 0 }
  return {
    codec: 'video/h265',
    width: codedWidth - window.width * horizontal,
    height: codedHeight - window.height * vertical,
    avc: undefined,
    declaredRate: undefined,
    picture: {
      bitDepth: reader.unsignedGolomb() + 8,
      chromaSubsampling: subsampling,
      isProgressive: undefined,
      pixelAspectRatio: undefined,
      colorspace: undefined,
      transferCharacteristic: undefined,
    },
  }
}

function skipProfiles(reader: BitReader, subLayers: number): void {
  reader.skip(GENERAL_PROFILE_BITS + LEVEL_BITS)
  if (subLayers === 0) return
  const present = Array.from({ length: 8 }, () => ({ profile: reader.flag(), level: reader.flag() }))
  for (const { profile, level } of present.slice(0, subLayers)) {
    reader.skip((profile ? GENERAL_PROFILE_BITS : 0) + (level ? LEVEL_BITS : 0))
  }
}

function readWindow(reader: BitReader): { width: number; height: number } {
  const [left, right] = [reader.unsignedGolomb(), reader.unsignedGolomb()]
  const [top, bottom] = [reader.unsignedGolomb(), reader.unsignedGolomb()]
  return { width: left + right, height: top + bottom }
}
