import type { AudioFrameHeader, AudioFraming } from './audio-frame.ts'

/** ETSI TS 102 366, table 4.13: kbit/s by half of frmsizecod. */
const BIT_RATES: readonly number[] = [
  32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384, 448, 512, 576, 640,
]
const SAMPLE_RATES: readonly number[] = [48_000, 44_100, 32_000]
/** Full-band channels by acmod (table 4.3); the low-frequency one is counted apart. */
export const AC3_CHANNELS: readonly number[] = [2, 1, 2, 3, 3, 4, 4, 5]
const SAMPLES_PER_FRAME = 1536
/** Bit stream identifications above 10 are Enhanced AC-3, which has another header (annex E). */
const LAST_AC3_ID = 10
const LAST_ENHANCED_ID = 16
/** By numblkscod: a block is 256 samples. */
const BLOCKS: readonly number[] = [1, 2, 3, 6]
const BLOCK_SAMPLES = 256
const DEPENDENT = 1
const REDUCED_RATE = 3

/** Sync frames of AC-3 and of Enhanced AC-3 (ETSI TS 102 366, 4.3, 4.4 and E.1). */
export const AC3: AudioFraming = {
  headerBytes: 8,
  readHeader: (bytes, at) => {
    if (bytes[at] !== 0x0b || bytes[at + 1] !== 0x77) return undefined
    const identity = (bytes[at + 5] ?? 0) >> 3
    const header = bytes.subarray(at, at + 8)
    if (identity <= LAST_AC3_ID) return readAc3(header)
    return identity <= LAST_ENHANCED_ID ? readEnhancedAc3(header) : undefined
  },
}

function readAc3([, , , , sizes = 0, , modes = 0, more = 0]: Uint8Array): AudioFrameHeader | undefined {
  const sampleRate = SAMPLE_RATES[sizes >> 6]
  const kilobits = BIT_RATES[(sizes & 0x3f) >> 1]
  if (sampleRate === undefined || kilobits === undefined) return undefined
  const words = Math.floor((kilobits * 1000 * SAMPLES_PER_FRAME) / 16 / sampleRate)
  const padding = sampleRate === 44_100 ? sizes & 1 : 0
  const mode = modes >> 5
  return {
    sizeBytes: 2 * (words + padding),
    sampleCount: SAMPLES_PER_FRAME,
    format: {
      kind: 'audio',
      codec: 'audio/ac3',
      sampleRate,
      channels: (AC3_CHANNELS[mode] ?? 2) + lowFrequencyChannel(mode, (modes << 8) | more),
      codedFrameSize: SAMPLES_PER_FRAME,
      mpeg4ObjectType: undefined,
    },
  }
}

function readEnhancedAc3([, , kind = 0, size = 0, modes = 0]: Uint8Array): AudioFrameHeader | undefined {
  const rateCode = modes >> 6
  const blocksCode = (modes >> 4) & 3
  const isReduced = rateCode === REDUCED_RATE
  const fullRate = SAMPLE_RATES[isReduced ? blocksCode : rateCode]
  if (fullRate === undefined) return undefined
  const sampleCount = BLOCK_SAMPLES * (isReduced ? 6 : (BLOCKS[blocksCode] ?? 6))
  return {
    sizeBytes: 2 * ((((kind & 7) << 8) | size) + 1),
    // A dependent substream has more channels for the time that the frame before it has.
    sampleCount: kind >> 6 === DEPENDENT ? 0 : sampleCount,
    format: {
      kind: 'audio',
      codec: 'audio/eac3',
      sampleRate: isReduced ? fullRate / 2 : fullRate,
      channels: (AC3_CHANNELS[(modes >> 1) & 7] ?? 2) + (modes & 1),
      codedFrameSize: sampleCount,
      mpeg4ObjectType: undefined,
    },
  }
}

/** lfeon follows acmod (3 bits) and two bits for each mix level that this mode has. */
function lowFrequencyChannel(mode: number, bits: number): number {
  const hasCentre = (mode & 1) === 1 && mode !== 1
  const hasSurround = (mode & 4) === 4
  const position = 3 + (hasCentre ? 2 : 0) + (hasSurround ? 2 : 0) + (mode === 2 ? 2 : 0)
  return (bits >> (15 - position)) & 1
}
