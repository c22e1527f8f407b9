import { z } from 'zod'
import { defineOperation } from '../http/operation.ts'
import { IntegerText } from '../http/query-text.ts'
import { CatalogSummary } from '../resources/analytics/catalog-summary.ts'
import { viewResponses } from './analytics-parts.ts'

const MAX_HOURS = 8_784

export const getCatalogSummary = defineOperation({
  operationId: 'GET_analytics-catalog-summary',
  method: 'get',
  path: '/analytics/catalog-summary',
  tag: 'Analytics',
  summary: 'How many resources there are, and what came in hour by hour',
  isExtension: true,
  query: {
    hours: IntegerText.pipe(z.int().min(1).max(MAX_HOURS))
      .default(168)
      .describe('How many hours of ingest to tell: the latest in which something came or went.'),
  },
  responses: viewResponses(CatalogSummary),
})
