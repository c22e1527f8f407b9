import { defineOperation } from '../http/operation.ts'
import { StorageUsage } from '../resources/analytics/storage-usage.ts'
import { flowChoice, flowTags, timerangeChoice, viewResponses } from './analytics-parts.ts'

export const getStorageUsage = defineOperation({
  operationId: 'GET_analytics-storage-usage',
  method: 'get',
  path: '/analytics/storage-usage',
  tag: 'Analytics',
  summary: 'Objects and their bytes, by Storage Backend and size',
  description:
    'With a filter, the Media Objects of the Flows that pass, each once for every Flow that uses it.',
  isExtension: true,
  query: {
    ...flowChoice,
    timerange: timerangeChoice('Only of Flows with a Flow Segment in this timerange, all they use.'),
  },
  queryPatterns: flowTags,
  responses: viewResponses(StorageUsage),
})
