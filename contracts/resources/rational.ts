import { z } from 'zod'

const Positive = z.int().positive()

/** A positive fraction; without denominator, a whole number. */
export const Rational = z
  .object({ numerator: Positive, denominator: Positive.exactOptional() })
  .meta({ id: 'Rational', description: 'A positive fraction; the denominator is 1 unless given.' })

export const AspectRatio = z
  .object({ numerator: Positive, denominator: Positive })
  .meta({ id: 'AspectRatio', description: 'Width over height.' })
