import { z } from 'zod'

/** Lower case only, versions 1 to 5. @see TAMS uuid.json */
export const UUID_PATTERN = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-5][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/
export const NOT_A_UUID = 'must be a UUID in lower case, of version 1 to 5'

export const Uuid = z
  .string()
  .regex(UUID_PATTERN, { error: NOT_A_UUID })
  .meta({
    id: 'Uuid',
    title: 'UUID',
    description: 'A UUID (RFC 9562) in lower case, of version 1 to 5.',
    examples: ['0d7b4f2e-6f0a-4d53-9a53-3f2f1c6f7f10'],
  })

export type Uuid = z.infer<typeof Uuid>
