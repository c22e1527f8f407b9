import type { Flow, FlowMetadata } from '../../../contracts/resources/flow.ts'
import type { ProfileMetadata } from '../../../contracts/resources/profile.ts'
import type { RowOf } from './column.ts'
import { jsonText } from './json-text.ts'

/** Technical metadata, each fact in a column of its own. Bit rates are in units of 1000 bit/s, as TAMS has them. */
export const technicalColumns = {
  format: 'text',
  codec: 'text',
  container: 'text',
  avg_bit_rate: 'integer',
  segment_duration_numerator: 'integer',
  segment_duration_denominator: 'integer',
  frame_width: 'integer',
  frame_height: 'integer',
  frame_rate_numerator: 'integer',
  frame_rate_denominator: 'integer',
  vfr: 'boolean',
  bit_depth: 'integer',
  interlace_mode: 'text',
  colorspace: 'text',
  transfer_characteristic: 'text',
  aspect_ratio_numerator: 'integer',
  aspect_ratio_denominator: 'integer',
  pixel_aspect_ratio_numerator: 'integer',
  pixel_aspect_ratio_denominator: 'integer',
  component_type: 'text',
  horiz_chroma_subs: 'integer',
  vert_chroma_subs: 'integer',
  unc_type: 'text',
  avc_profile: 'integer',
  avc_level: 'integer',
  avc_flags: 'integer',
  sample_rate: 'integer',
  channels: 'integer',
  coded_frame_size: 'integer',
  mp4_oti: 'integer',
  data_type: 'text',
  init_segments: 'boolean',
  container_mapping: 'text',
} as const

type Rational = { readonly numerator: number; readonly denominator?: number }

/** What the essence of any format may say. */
type Essence = {
  readonly frame_width?: number
  readonly frame_height?: number
  readonly frame_rate?: Rational
  readonly vfr?: boolean
  readonly bit_depth?: number
  readonly interlace_mode?: string
  readonly colorspace?: string
  readonly transfer_characteristic?: string
  readonly aspect_ratio?: Rational
  readonly pixel_aspect_ratio?: Rational
  readonly component_type?: string
  readonly horiz_chroma_subs?: number
  readonly vert_chroma_subs?: number
  readonly unc_parameters?: { readonly unc_type: string }
  readonly avc_parameters?: { readonly profile: number; readonly level: number; readonly flags: number }
  readonly sample_rate?: number
  readonly channels?: number
  readonly codec_parameters?: { readonly coded_frame_size?: number; readonly mp4_oti?: number }
  readonly data_type?: string
  readonly init_segments?: boolean | undefined
}

export function technicalRow(
  metadata: Flow | FlowMetadata | ProfileMetadata,
): RowOf<typeof technicalColumns> {
  const essence: Essence = metadata.essence_parameters ?? {}
  return {
    format: metadata.format,
    codec: metadata.codec ?? null,
    container: metadata.container ?? null,
    avg_bit_rate: metadata.avg_bit_rate ?? null,
    ...fraction('segment_duration', metadata.segment_duration),
    frame_width: essence.frame_width ?? null,
    frame_height: essence.frame_height ?? null,
    ...fraction('frame_rate', essence.frame_rate),
    vfr: essence.vfr ?? null,
    bit_depth: essence.bit_depth ?? null,
    interlace_mode: essence.interlace_mode ?? null,
    colorspace: essence.colorspace ?? null,
    transfer_characteristic: essence.transfer_characteristic ?? null,
    ...fraction('aspect_ratio', essence.aspect_ratio),
    ...fraction('pixel_aspect_ratio', essence.pixel_aspect_ratio),
    component_type: essence.component_type ?? null,
    horiz_chroma_subs: essence.horiz_chroma_subs ?? null,
    vert_chroma_subs: essence.vert_chroma_subs ?? null,
    unc_type: essence.unc_parameters?.unc_type ?? null,
    avc_profile: essence.avc_parameters?.profile ?? null,
    avc_level: essence.avc_parameters?.level ?? null,
    avc_flags: essence.avc_parameters?.flags ?? null,
    sample_rate: essence.sample_rate ?? null,
    channels: essence.channels ?? null,
    coded_frame_size: essence.codec_parameters?.coded_frame_size ?? null,
    mp4_oti: essence.codec_parameters?.mp4_oti ?? null,
    data_type: essence.data_type ?? null,
    init_segments: essence.init_segments ?? null,
    container_mapping: jsonText(metadata.container_mapping),
  }
}

type FractionColumns<N extends string> = Record<`${N}_numerator` | `${N}_denominator`, number | null>

/** TAMS leaves a denominator of 1 out; a column does not. */
function fraction<N extends string>(name: N, value: Rational | undefined): FractionColumns<N> {
  return {
    [`${name}_numerator`]: value?.numerator ?? null,
    [`${name}_denominator`]: value ? (value.denominator ?? 1) : null,
  } as FractionColumns<N>
}
