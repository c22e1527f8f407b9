import { z } from 'zod'

// Counts are JSON numbers. What may be longer than a number is exact in has a text.

export const Count = z.int().nonnegative()

/** A whole number as text: bytes. */
export const Bytes = z.string().regex(/^[0-9]+$/)

/** As TAMS writes timestamps; a sum may be longer than any timestamp. */
export const Duration = z.string().regex(/^-?(0|[1-9][0-9]*):(0|[1-9][0-9]{0,8})$/)

/** With nine decimals. */
export const Ratio = z.string().regex(/^[0-9]+\.[0-9]{9}$/)

/** What a row of a view says something about. */
export const valueOfDimension = <const D extends readonly [string, ...string[]]>(...dimensions: D) => ({
  dimension: z.enum(dimensions).describe('What is told apart; `total` is all together.'),
  value: z
    .string()
    .nullable()
    .describe('Which; null for the total, for what has none, and for what is beyond the last bound.'),
})
