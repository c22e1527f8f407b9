import { z } from 'zod'

const FAULT = 'must be 1 to 1024 characters, none of them a control character'

/**
 * Names a Media Object. Clients choose it as they like, so it is hostile text: it is never a path or a key
 * of a store. Lone surrogates are refused, since two such ids would become one when written as UTF-8.
 */
export const ObjectId = z
  .string()
  // Spelt out: not every reader of the OpenAPI document knows \p{Cc}, nor surrogates in a pattern.
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
  .regex(/^[^\u0000-\u001f\u007f-\u009f]{1,1024}$/u, { error: FAULT })
  .refine((text) => !/\p{Cs}/u.test(text), { error: FAULT })
  .meta({ id: 'ObjectId', description: 'Names a Media Object or init object within this service.' })
