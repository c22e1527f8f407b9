import { defineOperation } from '../http/operation.ts'
import { FlowUsage } from '../resources/analytics/flow-usage.ts'
import { flowChoice, flowTags, timerangeChoice, viewResponses } from './analytics-parts.ts'

export const getFlowUsage = defineOperation({
  operationId: 'GET_analytics-flow-usage',
  method: 'get',
  path: '/analytics/flow-usage',
  tag: 'Analytics',
  summary: 'Flows and what they take up, by what they are',
  description: 'Of each dimension, the 1,000 values with the most Flows.',
  isExtension: true,
  query: {
    ...flowChoice,
    timerange: timerangeChoice('Only Flows with a Flow Segment in this timerange, each with all it has.'),
  },
  queryPatterns: flowTags,
  responses: viewResponses(FlowUsage),
})
