import type { AudioFraming } from './audio-frame.ts'

/** ISO/IEC 14496-3 table 1.18. */
export const AAC_SAMPLE_RATES: readonly number[] = [
  96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8_000, 7_350,
]
/** By channelConfiguration (table 1.19); 0 is described elsewhere in the stream. */
export const AAC_CHANNELS: readonly number[] = [0, 1, 2, 3, 4, 5, 6, 8]
const SAMPLES_PER_BLOCK = 1024

/** AAC in audio data transport stream frames (ISO/IEC 14496-3, 1.A.2.2). */
export const ADTS: AudioFraming = {
  headerBytes: 7,
  readHeader: (bytes, at) => {
    const [sync, second, third, fourth, fifth, sixth, seventh] = bytes.subarray(at, at + 7)
    // Twelve bits of ones, then a layer of 0.
    if (sync !== 0xff || ((second ?? 0) & 0xf6) !== 0xf0) return undefined
    const sampleRate = AAC_SAMPLE_RATES[((third ?? 0) >> 2) & 0x0f]
    const channels = AAC_CHANNELS[(((third ?? 0) & 1) << 2) | ((fourth ?? 0) >> 6)]
    const sizeBytes = (((fourth ?? 0) & 3) << 11) | ((fifth ?? 0) << 3) | ((sixth ?? 0) >> 5)
    if (sampleRate === undefined || channels === undefined || sizeBytes < 7) return undefined
    const blocks = ((seventh ?? 0) & 3) + 1
    return {
      sizeBytes,
      sampleCount: blocks * SAMPLES_PER_BLOCK,
      format: {
        kind: 'audio',
        codec: 'audio/aac',
        sampleRate,
        // Without a channel configuration the stream itself must tell: two is what encoders then mean.
        channels: channels || 2,
        codedFrameSize: blocks * SAMPLES_PER_BLOCK,
        mpeg4ObjectType: ((third ?? 0) >> 6) + 1,
      },
    }
  },
}
