import { z } from 'zod'
import { CollectionItem } from './collection-item.ts'
import { ContentFormat } from './content-format.ts'
import { Description, Label, Principal } from './free-text.ts'
import { Tags } from './tags.ts'
import { DateTimeText } from './time-text.ts'
import { Uuid } from './uuid.ts'

/** What a client may say of any Source. */
export const sourceDescribedShape = {
  id: Uuid.describe('The Source.'),
  format: ContentFormat,
  label: Label.describe('A short name, for listings.').exactOptional(),
  description: Description.describe('What people should know of the Source.').exactOptional(),
  created_by: Principal.describe('Who made it known: the caller unless given.').exactOptional(),
  updated_by: Principal.describe('Who last changed it: the caller unless given.').exactOptional(),
  tags: Tags.exactOptional(),
}

/** @see TAMS source.json */
export const Source = z
  .object({
    ...sourceDescribedShape,
    created: DateTimeText.describe('When it became known here.').exactOptional(),
    updated: DateTimeText.describe('When it last changed.').exactOptional(),
    source_collection: z
      .array(CollectionItem)
      .describe('The Sources it is made of, as the collections of its Flows say.')
      .exactOptional(),
    collected_by: z.array(Uuid).describe('The Sources it is a part of.').exactOptional(),
  })
  .meta({
    id: 'Source',
    description: 'A piece of media as such, whatever its encodings: those are its Flows.',
  })

export type Source = z.infer<typeof Source>

const IGNORED = '`created`, `updated`, `source_collection` and `collected_by` are ignored.'

/** What a client says of a Source: all of it, since a PUT replaces. Not in TAMS. */
export const SourcePut = z.object(sourceDescribedShape).meta({
  id: 'SourcePut',
  description: `A Source, whole: what is left out is unset. ${IGNORED}`,
})

export type SourcePut = z.infer<typeof SourcePut>

/** A new Source. Not in TAMS. */
export const SourcePost = z
  .object({ ...sourceDescribedShape, id: sourceDescribedShape.id.exactOptional() })
  .meta({
    id: 'SourcePost',
    description: `A Source; the service makes its \`id\` unless given. ${IGNORED}`,
  })

export type SourcePost = z.infer<typeof SourcePost>
