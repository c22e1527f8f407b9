import { z } from 'zod'
import { AUDIO } from './content-format.ts'
import { Codec, flowTechnicalShape, InitSegments } from './flow-technical.ts'

const Positive = z.int().positive()

const AudioCodec = z.object({
  coded_frame_size: z.int().describe('Samples in a coded frame.').exactOptional(),
  mp4_oti: z.int().describe('MPEG-4 object type indication.').exactOptional(),
})

const UncompressedAudio = z.object({
  unc_type: z.enum(['interleaved', 'planar', 'pairs']).describe('How the channels are laid out.'),
})

const AudioEssence = z
  .strictObject({
    sample_rate: Positive.describe('Samples a second.'),
    channels: Positive.describe('How many.'),
    bit_depth: Positive.describe(
      'Bits of a sample; needed for raw audio (32 or 64 if float).',
    ).exactOptional(),
    codec_parameters: AudioCodec.exactOptional(),
    unc_parameters: UncompressedAudio.describe('Needed for raw audio.').exactOptional(),
    init_segments: InitSegments,
  })
  .meta({ id: 'AudioEssence', description: 'The samples of an audio Flow.' })

/** @see TAMS flow-audio.json */
export const flowAudioShape = {
  ...flowTechnicalShape,
  format: z.literal(AUDIO),
  codec: Codec,
  essence_parameters: AudioEssence,
}

type AudioTechnical = z.infer<z.ZodObject<typeof flowAudioShape>>

/** What uncompressed audio must also say, which depends on more than one field. */
export function checkAudio({ value, issues }: z.core.ParsePayload<AudioTechnical>): void {
  const { codec, essence_parameters: essence } = value
  if (codec !== 'audio/x-raw-int' && codec !== 'audio/x-raw-float') return
  const fault = (field: keyof typeof essence, message: string): void => {
    issues.push({ code: 'custom', path: ['essence_parameters', field], message, input: essence[field] })
  }
  if (essence.unc_parameters === undefined) fault('unc_parameters', `is missing: ${codec} needs it`)
  if (essence.bit_depth === undefined) fault('bit_depth', `is missing: ${codec} needs it`)
  else if (codec === 'audio/x-raw-float' && essence.bit_depth !== 32 && essence.bit_depth !== 64) {
    fault('bit_depth', 'must be 32 or 64 for audio/x-raw-float')
  }
}
