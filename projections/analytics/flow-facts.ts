import type { FlowMetadata } from '../../contracts/resources/flow.ts'
import type { Tags } from '../../contracts/resources/tags.ts'

/** What views tell flows apart by. */
export type FlowFacts = {
  readonly id: string
  readonly source_id: string
  readonly format: string
  readonly codec: string | null
  readonly container: string | null
  /** Width and height in pixels: 1920x1080. */
  readonly resolution: string | null
  /** Frames a second in lowest terms, 25 or 30000/1001; `vfr` where it varies. */
  readonly frame_rate: string | null
  readonly status: string | null
  /** In units of 1000 bit/s: the average, or else the peak. */
  readonly bit_rate: number | null
  readonly tags: Tags
}

export function flowFacts(flow: FlowMetadata): FlowFacts {
  const essence = (flow.essence_parameters ?? {}) as Essence
  const { frame_width, frame_height } = essence
  return {
    id: flow.id,
    source_id: flow.source_id,
    format: flow.format,
    codec: flow.codec ?? null,
    container: flow.container ?? null,
    resolution: frame_width && frame_height ? `${frame_width}x${frame_height}` : null,
    frame_rate: frameRate(essence),
    status: flow.status ?? null,
    bit_rate: flow.avg_bit_rate ?? flow.max_bit_rate ?? null,
    tags: flow.tags ?? {},
  }
}

type Essence = {
  readonly frame_width?: number
  readonly frame_height?: number
  readonly frame_rate?: { readonly numerator: number; readonly denominator?: number }
  readonly vfr?: boolean
}

function frameRate({ frame_rate, vfr }: Essence): string | null {
  if (!frame_rate) return vfr ? 'vfr' : null
  const { numerator, denominator = 1 } = frame_rate
  const divisor = greatestCommonDivisor(numerator, denominator)
  const whole = `${numerator / divisor}`
  return denominator === divisor ? whole : `${whole}/${denominator / divisor}`
}

const greatestCommonDivisor = (a: number, b: number): number =>
  b === 0 ? a : greatestCommonDivisor(b, a % b)
