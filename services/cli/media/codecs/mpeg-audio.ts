import type { AudioFraming } from './audio-frame.ts'

/** ISO/IEC 11172-3, 2.4.2.3: kbit/s by layer (1 to 3) and index; 13818-3 has others for low sample rates. */
const BIT_RATES: Readonly<Record<number, readonly number[]>> = {
  1: [0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448],
  2: [0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384],
  3: [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
}
const LOW_BIT_RATES: Readonly<Record<number, readonly number[]>> = {
  1: [0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256],
  2: [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
  3: [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
}
const SAMPLE_RATES: readonly number[] = [44_100, 48_000, 32_000]
const MONO = 3

/** MPEG-1 and MPEG-2 audio, layers I to III: `audio/mpeg`. */
export const MPEG_AUDIO: AudioFraming = {
  headerBytes: 4,
  readHeader: (bytes, at) => {
    const [sync, second, third, fourth] = bytes.subarray(at, at + 4)
    if (sync !== 0xff || ((second ?? 0) & 0xe0) !== 0xe0) return undefined
    const isMpeg1 = (((second ?? 0) >> 3) & 1) === 1
    const layer = 4 - (((second ?? 0) >> 1) & 3)
    const rates = isMpeg1 ? BIT_RATES[layer] : LOW_BIT_RATES[layer]
    const kilobits = rates?.[(third ?? 0) >> 4]
    const fullRate = SAMPLE_RATES[((third ?? 0) >> 2) & 3]
    if (!kilobits || fullRate === undefined) return undefined
    const sampleRate = isMpeg1 ? fullRate : fullRate / 2
    const padding = ((third ?? 0) >> 1) & 1
    const sampleCount = samplesPerFrame(layer, isMpeg1)
    const slotBytes = layer === 1 ? 4 : 1
    const slots = Math.floor((sampleCount / 8 / slotBytes) * ((kilobits * 1000) / sampleRate)) + padding
    return {
      sizeBytes: slots * slotBytes,
      sampleCount,
      format: {
        kind: 'audio',
        codec: 'audio/mpeg',
        sampleRate,
        channels: (fourth ?? 0) >> 6 === MONO ? 1 : 2,
        codedFrameSize: sampleCount,
        mpeg4ObjectType: undefined,
      },
    }
  },
}

function samplesPerFrame(layer: number, isMpeg1: boolean): number {
  if (layer === 1) return 384
  return layer === 3 && !isMpeg1 ? 576 : 1152
}
