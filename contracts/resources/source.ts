import { z } from 'zod'
import { CollectionItem } from './collection-item.ts'
import { ContentFormat } from './content-format.ts'
import { Description, Label, Principal } from './free-text.ts'
import { Tags } from './tags.ts'
import { DateTimeText } from './time-text.ts'
import { Uuid } from './uuid.ts'

/** @see TAMS source.json */
export const Source = z
  .object({
    id: Uuid.describe('The Source.'),
    format: ContentFormat,
    label: Label.describe('A short name, for listings.').exactOptional(),
    description: Description.describe('What people should know of the Source.').exactOptional(),
    created_by: Principal.describe('Who made it known.').exactOptional(),
    updated_by: Principal.describe('Who last changed it.').exactOptional(),
    created: DateTimeText.describe('When it became known here.').exactOptional(),
    updated: DateTimeText.describe('When it last changed.').exactOptional(),
    tags: Tags.exactOptional(),
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
