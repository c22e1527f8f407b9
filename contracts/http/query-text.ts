import { z } from 'zod'
import { Uuid } from '../resources/uuid.ts'

// Query parameters arrive as text: each of these reads one kind of it.

const MAX_LIST_ITEMS = 1_000

export const BooleanText = z.stringbool({ truthy: ['true'], falsy: ['false'], case: 'sensitive' })

export const IntegerText = z.codec(
  z.string().regex(/^-?[0-9]{1,15}$/, { error: 'must be an integer' }),
  z.int(),
  { decode: Number, encode: String },
)

/**
 * A list of texts, separated by commas. Empty is a list of nothing, and means something else than leaving
 * the parameter out.
 * @see TAMS url-label-list.json, url-tag-list.json
 */
export const ListText = listOf(z.string().min(1, { error: 'must not be empty' }))

/** A list of ids, separated by commas; it may be empty. @see TAMS uuid-list-empty.json */
export const UuidListText = listOf(Uuid)

function listOf(item: z.ZodString) {
  return z.codec(z.string(), z.array(item).max(MAX_LIST_ITEMS), {
    decode: (text) => (text === '' ? [] : text.split(',')),
    encode: (items) => items.join(','),
  })
}
