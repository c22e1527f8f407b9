import { type Fraction, fraction } from '../fraction.ts'
import type { BitReader } from './bit-reader.ts'

/** aspect_ratio_idc of H.264 table E-1, which H.265 shares: index 1 is square. */
const RATIOS: readonly (readonly [number, number])[] = [
  [0, 0],
  [1, 1],
  [12, 11],
  [10, 11],
  [16, 11],
  [40, 33],
  [24, 11],
  [20, 11],
  [32, 11],
  [80, 33],
  [18, 11],
  [15, 11],
  [64, 33],
  [160, 99],
  [4, 3],
  [3, 2],
  [2, 1],
]
const EXTENDED = 255

/** Reads aspect_ratio_idc, and the two numbers that follow where it says so. */
export function readPixelAspectRatio(reader: BitReader): Fraction | undefined {
  const code = reader.bits(8)
  const [width, height] = code === EXTENDED ? [reader.bits(16), reader.bits(16)] : (RATIOS[code] ?? [0, 0])
  return width > 0 && height > 0 ? fraction(width, height) : undefined
}
