import { defineOperation } from '../http/operation.ts'
import { BooleanText } from '../http/query-text.ts'
import { Flow } from '../resources/flow.ts'
import { TimeRangeText } from '../resources/time-text.ts'
import { asOfHeaders, asOfQuery } from './as-of.ts'
import { invalidQuery, noSuchFlow } from './common-responses.ts'
import { flowParams } from './flow-params.ts'

export const getFlow = defineOperation({
  operationId: 'GET_flows-flowId',
  method: 'get',
  path: '/flows/{flowId}',
  tag: 'Flows',
  summary: 'Describe a Flow',
  params: flowParams,
  query: {
    include_timerange: BooleanText.default(false).describe('Whether the answer has the Flow’s `timerange`.'),
    timerange: TimeRangeText.default('_').describe(
      'The answer’s `timerange` then spans the Flow Segments that overlap this one, each whole.',
    ),
    ...asOfQuery,
  },
  responses: {
    200: { description: 'The Flow.', body: Flow, headers: asOfHeaders },
    400: invalidQuery,
    404: noSuchFlow,
  },
})
