import { defineOperation } from '../http/operation.ts'
import { listHeaders, pagingQuery } from '../http/paging.ts'
import { TimeRangeAnalysis } from '../resources/analytics/time-range-analysis.ts'
import { flowChoice, flowTags, timerangeChoice, viewResponses } from './analytics-parts.ts'

export const getTimeRangeAnalysis = defineOperation({
  operationId: 'GET_analytics-time-range-analysis',
  method: 'get',
  path: '/analytics/time-range-analysis',
  tag: 'Analytics',
  summary: 'Flow Segments in time: lengths, coverage, gaps',
  description:
    'The total and the lengths are of all Flows that are meant; Flow by Flow, the answer has a page.',
  isExtension: true,
  query: {
    ...flowChoice,
    timerange: timerangeChoice(
      'Only Flow Segments that overlap this timerange, each with its whole length. `()` is for Flows without any.',
    ),
    ...pagingQuery,
  },
  queryPatterns: flowTags,
  responses: viewResponses(TimeRangeAnalysis, listHeaders),
})
