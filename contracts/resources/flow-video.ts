import { z } from 'zod'
import { VIDEO } from './content-format.ts'
import { Codec, flowTechnicalShape, InitSegments } from './flow-technical.ts'
import { AspectRatio, Rational } from './rational.ts'

const Positive = z.int().positive()

const YUV_PACKINGS = ['YUYV', 'UYVY', 'AYUV', 'v210', 'v216'] as const
const OTHER_PACKINGS = [
  'planar',
  'RGB',
  'RGBx',
  'xRGB',
  'BGRx',
  'xBGR',
  'RGBA',
  'ARGB',
  'BGRA',
  'ABGR',
  'alpha',
] as const

const UncompressedVideo = z.object({
  unc_type: z.enum([...YUV_PACKINGS, ...OTHER_PACKINGS]).describe('How the samples are packed.'),
})

const AvcParameters = z
  .object({ profile: z.int(), level: z.int(), flags: z.int() })
  .describe('The three bytes after `avc1.` in a codecs parameter (RFC 6381).')

const VideoEssence = z
  .strictObject({
    frame_width: Positive.describe('Pixels.'),
    frame_height: Positive.describe('Pixels.'),
    bit_depth: Positive.describe('Bits of a component’s sample; needed for video/raw.').exactOptional(),
    interlace_mode: z
      .enum(['progressive', 'interlaced_tff', 'interlaced_bff', 'interlaced_psf'])
      .exactOptional(),
    colorspace: z.enum(['BT601', 'BT709', 'BT2020', 'BT2100']).exactOptional(),
    transfer_characteristic: z.enum(['SDR', 'HLG', 'PQ']).exactOptional(),
    aspect_ratio: AspectRatio.describe('Of the picture as displayed.').exactOptional(),
    pixel_aspect_ratio: AspectRatio.describe('Of a single pixel; mostly 1:1.').exactOptional(),
    component_type: z.enum(['YCbCr', 'RGB']).exactOptional(),
    horiz_chroma_subs: Positive.describe('Horizontal chroma subsampling; needed for YUV.').exactOptional(),
    vert_chroma_subs: Positive.describe('Vertical chroma subsampling; needed for YUV.').exactOptional(),
    unc_parameters: UncompressedVideo.describe('Needed for video/raw.').exactOptional(),
    avc_parameters: AvcParameters.exactOptional(),
    frame_rate: Rational.describe(
      'Frames a second; needed unless `vfr`, and then not allowed.',
    ).exactOptional(),
    vfr: z.boolean().describe('Whether the frame rate varies (ADR 0041).').exactOptional(),
    init_segments: InitSegments,
  })
  .check(({ value, issues }) => {
    const isFixed = value.vfr !== true
    if (isFixed === (value.frame_rate !== undefined)) return
    const message = isFixed
      ? 'is missing: only a Flow with vfr true has none'
      : 'cannot be given with vfr true'
    issues.push({ code: 'custom', path: ['frame_rate'], message, input: value.frame_rate })
  })
  .meta({
    id: 'VideoEssence',
    description: 'The pictures of a video Flow.',
    oneOf: [
      { required: ['frame_rate'], properties: { vfr: { const: false } } },
      { required: ['vfr'], properties: { vfr: { const: true }, frame_rate: { not: {} } } },
    ],
  })

/** @see TAMS flow-video.json */
export const flowVideoShape = {
  ...flowTechnicalShape,
  format: z.literal(VIDEO),
  codec: Codec,
  essence_parameters: VideoEssence,
}

type VideoTechnical = z.infer<z.ZodObject<typeof flowVideoShape>>

/** What uncompressed video must also say, which depends on more than one field. */
export function checkVideo({ value, issues }: z.core.ParsePayload<VideoTechnical>): void {
  const { codec, essence_parameters: essence } = value
  const packing = essence.unc_parameters?.unc_type
  const need = (field: keyof typeof essence, when: string): void => {
    if (essence[field] !== undefined) return
    issues.push({
      code: 'custom',
      path: ['essence_parameters', field],
      message: `is missing: it is needed ${when}`,
      input: undefined,
    })
  }
  if (codec === 'video/raw') {
    need('bit_depth', 'where codec is video/raw')
    need('unc_parameters', 'where codec is video/raw')
  }
  if (YUV_PACKINGS.some((yuv) => yuv === packing)) {
    need('horiz_chroma_subs', `where unc_type is ${packing}`)
    need('vert_chroma_subs', `where unc_type is ${packing}`)
  }
}
