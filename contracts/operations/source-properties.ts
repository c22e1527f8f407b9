import type { Operation } from '../http/operation.ts'
import { sourceDescribedShape } from '../resources/source.ts'
import { TagName, Tags, TagValue } from '../resources/tags.ts'
import { type PropertyOwner, propertyOperations, tagsOperation } from './property-operations.ts'
import { sourceParams } from './source-params.ts'

const source = {
  noun: 'Source',
  path: '/sources/{sourceId}',
  id: 'sources-sourceId',
  params: sourceParams,
  forbidden: { description: 'The caller may not change the Source.' },
} as const satisfies PropertyOwner<typeof sourceParams>

const tagParams = { ...sourceParams, name: TagName.describe('The tag; its name is URL-encoded.') }

export const sourceTags = tagsOperation(source, Tags)

export const sourceTag = propertyOperations(
  { ...source, params: tagParams },
  { name: 'tags/{name}', value: TagValue, words: 'tag', example: ['studio 3', 'live'] },
)

export const sourceDescription = propertyOperations(source, {
  name: 'description',
  value: sourceDescribedShape.description.unwrap(),
  words: 'description',
  example: 'The wide shot, from behind the goal',
})

export const sourceLabel = propertyOperations(source, {
  name: 'label',
  value: sourceDescribedShape.label.unwrap(),
  words: 'label',
  example: 'Camera 1',
})

export const sourcePropertyOperations: readonly Operation[] = [
  sourceTags,
  ...Object.values(sourceTag),
  ...Object.values(sourceDescription),
  ...Object.values(sourceLabel),
]
