import { z } from 'zod'
import { Uuid } from './uuid.ts'

export const collectionItemShape = {
  id: Uuid.describe('The member: a Source of a Source, a Flow of a Flow.'),
  role: z.string().max(1_024).describe('What the member is for, in words for people.').exactOptional(),
}

export const CollectionItem = z
  .object(collectionItemShape)
  .meta({ id: 'CollectionItem', description: 'A member of a collection.' })
