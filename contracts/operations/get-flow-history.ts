import { z } from 'zod'
import { defineOperation } from '../http/operation.ts'
import { listHeaders } from '../http/paging.ts'
import { BooleanText } from '../http/query-text.ts'
import { FlowHistoryEntry } from '../resources/history-entry.ts'
import { invalidQuery } from './common-responses.ts'
import { flowParams } from './flow-params.ts'
import { historyQuery } from './history-paging.ts'

export const getFlowHistory = defineOperation({
  operationId: 'GET_flows-flowId-history',
  method: 'get',
  path: '/flows/{flowId}/history',
  tag: 'Flows',
  summary: 'Who changed what of a Flow, and when',
  description: 'Oldest first, of deleted Flows too. Pages have at most 100 entries.',
  isExtension: true,
  params: flowParams,
  query: {
    include_segments: BooleanText.default(false).describe(
      'Also when Flow Segments came and went, in order with the rest.',
    ),
    ...historyQuery,
  },
  responses: {
    200: { description: 'A page of it.', body: z.array(FlowHistoryEntry), headers: listHeaders },
    400: invalidQuery,
    404: { description: 'There never was such a Flow.' },
  },
})
