import type { Operation } from '../http/operation.ts'
import { flowCommonShape } from '../resources/flow-common.ts'
import { flowTechnicalShape } from '../resources/flow-technical.ts'
import { TagName, Tags, TagValue } from '../resources/tags.ts'
import { readOnlyFlow } from './common-responses.ts'
import { flowParams } from './flow-params.ts'
import { type PropertyOwner, propertyOperations, tagsOperation } from './property-operations.ts'

const flow = {
  noun: 'Flow',
  path: '/flows/{flowId}',
  id: 'flows-flowId',
  params: flowParams,
  forbidden: readOnlyFlow,
} as const satisfies PropertyOwner<typeof flowParams>

const tagParams = { ...flowParams, name: TagName.describe('The tag; its name is URL-encoded.') }

export const flowTags = tagsOperation(flow, Tags)

export const flowTag = propertyOperations(
  { ...flow, params: tagParams },
  { name: 'tags/{name}', value: TagValue, words: 'tag', example: 'proxy' },
)

export const flowDescription = propertyOperations(flow, {
  name: 'description',
  value: flowCommonShape.description.unwrap(),
  words: 'description',
  example: 'Clean feed, before graphics',
})

export const flowLabel = propertyOperations(flow, {
  name: 'label',
  value: flowCommonShape.label.unwrap(),
  words: 'label',
  example: 'Camera 1, HD',
})

const readOnly = propertyOperations(flow, {
  name: 'read_only',
  value: flowCommonShape.read_only.unwrap(),
  words: 'read-only flag',
  example: true,
  isAlwaysThere: true,
})

/** It is true or false, never unset. */
export const flowReadOnly = { get: readOnly.get, put: readOnly.put }

export const flowCollection = propertyOperations(flow, {
  name: 'flow_collection',
  value: flowCommonShape.flow_collection.unwrap(),
  words: 'collection',
  example: [{ id: '0d7b4f2e-6f0a-4d53-9a53-3f2f1c6f7f10', role: 'video' }],
  isAlwaysThere: true,
})

export const flowMaxBitRate = propertyOperations(flow, {
  name: 'max_bit_rate',
  value: flowCommonShape.max_bit_rate.unwrap(),
  words: 'maximum bit rate',
  example: 5_000,
})

export const flowAvgBitRate = propertyOperations(flow, {
  name: 'avg_bit_rate',
  value: flowTechnicalShape.avg_bit_rate.unwrap(),
  words: 'average bit rate',
  example: 3_200,
  keptBy: 'The Flow has it from its Profile.',
})

export const flowPropertyOperations: readonly Operation[] = [
  flowTags,
  ...Object.values(flowTag),
  ...Object.values(flowDescription),
  ...Object.values(flowLabel),
  ...Object.values(flowReadOnly),
  ...Object.values(flowCollection),
  ...Object.values(flowMaxBitRate),
  ...Object.values(flowAvgBitRate),
]
