import { z } from 'zod'
import { defineOperation } from '../http/operation.ts'
import { ListText } from '../http/query-text.ts'
import { ARROW_STREAM, flowChoice, timerangeChoice, viewHeaders } from './analytics-parts.ts'

export const TableName = z.enum([
  'sources',
  'flows',
  'segments',
  'objects',
  'webhooks',
  'deletion_requests',
  'profiles',
])

export type TableName = z.infer<typeof TableName>

/** The views, as tables of VAST DB are called. */
export const ViewName = z.enum(['flow_usage', 'storage_usage', 'time_range_analysis', 'catalog_summary'])

export const getAnalyticsTable = defineOperation({
  operationId: 'GET_analytics-tables-name',
  method: 'get',
  path: '/analytics/tables/{name}',
  tag: 'Analytics',
  summary: 'Read a whole table',
  description:
    'Streams all rows, in the order of their key. Rows that come or go meanwhile may be in it or not. ' +
    '`flow_id` is for flows and segments, `source_id` for sources, flows and segments.',
  isExtension: true,
  params: { name: TableName.describe('The table.') },
  query: {
    columns: ListText.describe('Only these columns, in this order.').exactOptional(),
    ...flowChoice,
    timerange: timerangeChoice('Of segments: only those that overlap this timerange.'),
  },
  responses: {
    200: {
      description: 'The table.',
      body: z.string(),
      contentType: ARROW_STREAM,
      headers: viewHeaders,
    },
    400: { description: 'A query parameter is wrong, unknown, or not for this table.' },
    404: { description: 'There is no such table.' },
    406: { description: 'An Arrow IPC stream is not accepted.' },
  },
})
