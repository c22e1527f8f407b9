import { z } from 'zod'

/** A checksum of an object's bytes, all of them. */
export const Checksum = z
  .object({
    algorithm: z.enum(['sha256', 'md5']),
    value: z
      .string()
      .describe('Base64, as in the headers `Repr-Digest`, `Content-MD5` and `x-amz-checksum-sha256`.'),
  })
  .meta({ id: 'Checksum', description: 'What the bytes of an object hash to.' })

export type Checksum = z.infer<typeof Checksum>
