import { z } from 'zod'
import { asExtension, defineOperation } from '../http/operation.ts'
import { listHeaders, pagingQuery } from '../http/paging.ts'
import { BooleanText } from '../http/query-text.ts'
import { FlowSegment } from '../resources/flow-segment.ts'
import { ObjectId } from '../resources/object-id.ts'
import { TimeRangeText } from '../resources/time-text.ts'
import { asOfHeaders, asOfQuery } from './as-of.ts'
import { invalidQuery } from './common-responses.ts'
import { flowParams } from './flow-params.ts'
import { getUrlQuery, getUrlQueryPatterns } from './get-url-filters.ts'
import { tagFilters } from './tag-filters.ts'

export const getFlowSegments = defineOperation({
  operationId: 'GET_flows-flowId-segments',
  method: 'get',
  path: '/flows/{flowId}/segments',
  tag: 'FlowSegments',
  summary: 'List Flow Segments',
  description:
    'In order of time. A Flow that does not exist has none, and is no error. With `as_of`, a ' +
    'page may be shorter than its limit, or empty, and not be the last.',
  params: flowParams,
  query: {
    object_id: ObjectId.describe('Only Flow Segments of this Media Object.').exactOptional(),
    timerange: TimeRangeText.default('_').describe('Only Flow Segments that overlap it, each whole.'),
    reverse_order: BooleanText.default(false).describe('Latest first.'),
    ...getUrlQuery,
    include_object_timerange: BooleanText.default(false).describe(
      'Whether each has its object’s own `object_timerange`.',
    ),
    ...pagingQuery,
    ...asOfQuery,
  },
  queryPatterns: { ...getUrlQueryPatterns, ...asExtension(tagFilters('', 'Only Flow Segments')) },
  responses: {
    200: {
      description: 'A page of them.',
      body: z.array(FlowSegment),
      headers: {
        ...listHeaders,
        ...asOfHeaders,
        'X-Paging-Timerange': TimeRangeText.describe('What this page covers; `()` if it has nothing.'),
      },
    },
    400: invalidQuery,
    404: { description: 'The id in the path can be no Flow’s.' },
  },
})
