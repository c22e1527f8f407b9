import { readH264Sequence, type SequenceFormat } from './h264.ts'
import { readH265Sequence } from './h265.ts'
import { withoutEmulationPrevention } from './nal-units.ts'

/** What must be known of a codec to find key frames and picture sizes in its NAL units. */
export type VideoCodec = {
  /** The role of a NAL unit, by its first byte. */
  roleOf(header: number): UnitRole
  readSequence(unit: Uint8Array): SequenceFormat
  /** Whether a supplemental unit makes the picture after it one where decoding can start. */
  isRecoveryPoint(unit: Uint8Array): boolean
}

export type UnitRole = 'sequence' | 'supplemental' | 'key slice' | 'slice' | 'other'

/** H.264 table 7-1. */
export const H264: VideoCodec = {
  roleOf: (header) => {
    const type = header & 0x1f
    if (type === 5) return 'key slice'
    if (type >= 1 && type <= 4) return 'slice'
    if (type === 6) return 'supplemental'
    return type === 7 ? 'sequence' : 'other'
  },
  readSequence: readH264Sequence,
  isRecoveryPoint: (unit) => hasMessage(withoutEmulationPrevention(unit.subarray(1)), RECOVERY_POINT),
}

/** H.265 table 7-1: intra random access pictures have types of their own, 16 to 23. */
export const H265: VideoCodec = {
  roleOf: (header) => {
    const type = (header >> 1) & 0x3f
    if (type >= 16 && type <= 23) return 'key slice'
    if (type < 32) return 'slice'
    return type === 33 ? 'sequence' : 'other'
  },
  readSequence: readH265Sequence,
  isRecoveryPoint: () => false,
}

const RECOVERY_POINT = 6

/** Whether supplemental enhancement information has a message of this type (H.264, 7.3.2.3.1). */
function hasMessage(payload: Uint8Array, wanted: number): boolean {
  let at = 0
  const readExtended = (): number => {
    let value = 0
    while (payload[at] === 0xff) {
      value += 0xff
      at += 1
    }
    value += payload[at] ?? 0
    at += 1
    return value
  }
  // The last byte is the stop bit and its padding.
  while (at < payload.length - 1) {
    const type = readExtended()
    const size = readExtended()
    if (type === wanted) return true
    at += size
  }
  return false
}
