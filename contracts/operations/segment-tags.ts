import { defineOperation } from '../http/operation.ts'
import { TagName, Tags, TagValue } from '../resources/tags.ts'
import { readOnlyFlow } from './common-responses.ts'
import { flowParams } from './flow-params.ts'
import { objectParams } from './object-params.ts'

const PATH = '/flows/{flowId}/segments/{objectId}/tags'
const params = { ...flowParams, ...objectParams }
const tagParams = { ...params, name: TagName.describe('The tag; its name is URL-encoded.') }

const shared = { tag: 'FlowSegments', isExtension: true } as const
const noSuchSegment = { description: 'The Flow has no Flow Segment of the object.' }
const noSuchTag = { description: 'The Flow has no Flow Segment of the object, or that has no such tag.' }

export const getSegmentTags = defineOperation({
  ...shared,
  operationId: 'GET_flows-flowId-segments-objectId-tags',
  method: 'get',
  path: PATH,
  summary: 'List the tags of Flow Segments',
  description: 'Tags belong to a Flow’s use of an object: all its Flow Segments of the object have them.',
  params,
  responses: { 200: { description: 'The tags.', body: Tags }, 404: noSuchSegment },
})

export const getSegmentTag = defineOperation({
  ...shared,
  operationId: 'GET_flows-flowId-segments-objectId-tags-name',
  method: 'get',
  path: `${PATH}/{name}`,
  summary: 'Give one tag of Flow Segments',
  params: tagParams,
  responses: { 200: { description: 'Its value.', body: TagValue }, 404: noSuchTag },
})

export const putSegmentTag = defineOperation({
  ...shared,
  operationId: 'PUT_flows-flowId-segments-objectId-tags-name',
  method: 'put',
  path: `${PATH}/{name}`,
  summary: 'Set one tag of Flow Segments',
  description: 'It goes with the last Flow Segment of the object.',
  params: tagParams,
  body: TagValue,
  bodyExamples: { 'A text': 'goal', Several: ['goal', 'replay'] },
  responses: {
    204: { description: 'Set.' },
    400: { description: 'The body is no tag’s value, or the tags would be too many.' },
    403: readOnlyFlow,
    404: noSuchSegment,
  },
})

export const deleteSegmentTag = defineOperation({
  ...shared,
  operationId: 'DELETE_flows-flowId-segments-objectId-tags-name',
  method: 'delete',
  scopes: ['tams-api/write'],
  path: `${PATH}/{name}`,
  summary: 'Remove one tag of Flow Segments',
  params: tagParams,
  responses: { 204: { description: 'Removed.' }, 403: readOnlyFlow, 404: noSuchTag },
})
