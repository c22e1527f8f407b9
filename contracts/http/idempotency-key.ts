import { z } from 'zod'
import { EXTENSION } from './operation.ts'

/** As every header: visible ASCII, taken as it is, quotes and all. */
export const IdempotencyKey = z
  .string()
  .regex(/^[!-~]{1,255}$/, 'must be 1 to 255 visible characters')
  .meta({
    ...EXTENSION,
    description:
      'Of the client’s choosing, such as a new UUID: a request that is repeated with its key is carried out ' +
      'once, and answered as it was the first time. Keys are kept for a day at least. Not for forms.',
  })

export const IDEMPOTENCY_HEADER = 'Idempotency-Key'
