import { z } from 'zod'
import { boundedArray, boundedRecord } from './bounded.ts'

/** Of all names and values of a resource together. */
export const MAX_TAGS_CHARACTERS = 65_536
const MAX_TAGS = 1_000
const MAX_TAG_VALUES = 1_000

export const TagName = z.string().max(1_024)

const TagText = z.string().max(16_384)

/** A text, or several. Filters match an array where any of its items matches (TAMS 7.0, tags.json). */
export const TagValue = z
  .union([TagText, boundedArray(TagText, MAX_TAG_VALUES)])
  .meta({ id: 'TagValue', description: 'A text, or a list of texts.' })

export type TagValue = z.infer<typeof TagValue>

export const Tags = boundedRecord(TagName, TagValue, MAX_TAGS)
  .refine((tags) => charactersIn(tags) <= MAX_TAGS_CHARACTERS, {
    error: `must have no more than ${MAX_TAGS_CHARACTERS} characters in all`,
  })
  .meta({ id: 'Tags', description: 'Names and values of the client’s own choosing.' })

export type Tags = z.infer<typeof Tags>

function charactersIn(tags: Readonly<Record<string, TagValue>>): number {
  let characters = 0
  for (const [name, value] of Object.entries(tags)) {
    characters += name.length
    for (const text of typeof value === 'string' ? [value] : value) characters += text.length
  }
  return characters
}
