import { z } from 'zod'

/** Larger limits are lowered by the service, and may be larger than any exact integer. */
const LimitText = z.codec(
  z.string().regex(/^[0-9]{1,64}$/, { error: 'must be an integer of at least 1' }),
  z.int().min(1, { error: 'must be an integer of at least 1' }),
  { decode: (text) => Math.min(Number(text), Number.MAX_SAFE_INTEGER), encode: String },
)

export const pagingQuery = {
  page: z
    .string()
    .min(1, { error: 'must be the key of a page' })
    .max(4_096)
    .describe('The page to give, as the answer before it named it; the first unless given.')
    .exactOptional(),
  limit: LimitText.describe(
    'How many items to give at most; the service has a default and a maximum.',
  ).exactOptional(),
}

export const pagingHeaders = {
  Link: z.string().describe('The next page, as rel="next"; not there on the last.'),
  'X-Paging-Limit': z
    .int()
    .describe('The limit that was applied, which may be lower than the one asked for.'),
  'X-Paging-NextKey': z.string().describe('The `page` that comes next; not there on the last.'),
}

export const listHeaders = {
  ...pagingHeaders,
  'X-Paging-Count': z.int().describe('How many items this page has.'),
  'X-Paging-Reverse-Order': z.boolean().describe('Whether the items are in reverse order.'),
}
