import { AC3_CHANNELS } from '../codecs/ac3.ts'
import { AAC_CHANNELS, AAC_SAMPLE_RATES } from '../codecs/adts.ts'
import { bitReader } from '../codecs/bit-reader.ts'
import type { AudioFormat } from '../segment-media.ts'
import type { SampleEntry } from './parse-boxes.ts'

/** An audio sample entry, and the boxes in it that are of use here. */
export type AudioEntry = SampleEntry & {
  readonly channel_count: number
  readonly samplerate: number
  readonly esds?: { readonly esd: Descriptor }
  readonly dac3?: Ac3Channels
  readonly dec3?: { readonly ind_subs: readonly Ac3Channels[] }
  readonly dOps?: { readonly OutputChannelCount: number }
}
type Ac3Channels = { readonly acmod: number; readonly lfeon: number }
type Descriptor = {
  readonly oti?: number
  readonly data?: Uint8Array
  findDescriptor(tag: number): Descriptor | undefined
}

/** By sample entry type; `mp4a` is asked for its object type. */
const AUDIO_CODECS: Readonly<Record<string, string>> = {
  'ac-3': 'audio/ac3',
  'ec-3': 'audio/eac3',
  Opus: 'audio/opus',
  fLaC: 'audio/flac',
  '.mp3': 'audio/mpeg',
}
/** MPEG-4 object type indications (ISO/IEC 14496-1 table 5). */
const OBJECT_TYPE_CODECS: ReadonlyMap<number, string> = new Map([
  [0x40, 'audio/aac'],
  [0x66, 'audio/aac'],
  [0x67, 'audio/aac'],
  [0x68, 'audio/aac'],
  [0x69, 'audio/mpeg'],
  [0x6b, 'audio/mpeg'],
])
const DECODER_CONFIG = 4
const DECODER_SPECIFIC = 5

/** Audio object types that extend the one that follows them (ISO/IEC 14496-3, 1.6.5). */
const SPECTRAL_BAND_REPLICATION = 5
const PARAMETRIC_STEREO = 29
const ESCAPE = 31
const EXPLICIT_RATE = 15

export function audioFormatOf(entry: AudioEntry): Omit<AudioFormat, 'codedFrameSize'> | undefined {
  const decoder = entry.esds?.esd.findDescriptor(DECODER_CONFIG)
  const codec = decoder?.oti === undefined ? AUDIO_CODECS[entry.type] : OBJECT_TYPE_CODECS.get(decoder.oti)
  if (codec === undefined) return undefined
  const specific = codec === 'audio/aac' ? decoder?.findDescriptor(DECODER_SPECIFIC)?.data : undefined
  const config = specific && readAudioConfig(specific)
  return {
    kind: 'audio',
    codec,
    sampleRate: config?.sampleRate ?? entry.samplerate,
    channels: config?.channels || channelsOf(entry),
    mpeg4ObjectType: config?.objectType,
  }
}

/** The sample entry's own count may be 2 whatever is true: the codec's box knows better, where there is one. */
function channelsOf({ dac3, dec3, dOps, channel_count }: AudioEntry): number {
  const ac3 = dac3 ?? dec3?.ind_subs[0]
  if (ac3) return (AC3_CHANNELS[ac3.acmod] ?? 2) + ac3.lfeon
  return dOps?.OutputChannelCount ?? channel_count
}

/** AudioSpecificConfig (ISO/IEC 14496-3, 1.6.2.1). */
function readAudioConfig(bytes: Uint8Array): { objectType: number; sampleRate: number; channels: number } {
  const reader = bitReader(bytes)
  const readObjectType = () => {
    const type = reader.bits(5)
    return type === ESCAPE ? 32 + reader.bits(6) : type
  }
  const readRate = () => {
    const index = reader.bits(4)
    return index === EXPLICIT_RATE ? reader.bits(24) : (AAC_SAMPLE_RATES[index] ?? 0)
  }
  const objectType = readObjectType()
  const coreRate = readRate()
  const channels = AAC_CHANNELS[reader.bits(4)] ?? 0
  const isExtended = objectType === SPECTRAL_BAND_REPLICATION || objectType === PARAMETRIC_STEREO
  return { objectType, sampleRate: isExtended ? readRate() : coreRate, channels }
}
