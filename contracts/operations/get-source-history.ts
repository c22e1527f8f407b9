import { z } from 'zod'
import { defineOperation } from '../http/operation.ts'
import { listHeaders } from '../http/paging.ts'
import { SourceHistoryEntry } from '../resources/history-entry.ts'
import { Uuid } from '../resources/uuid.ts'
import { invalidQuery } from './common-responses.ts'
import { historyQuery } from './history-paging.ts'

export const getSourceHistory = defineOperation({
  operationId: 'GET_sources-sourceId-history',
  method: 'get',
  path: '/sources/{sourceId}/history',
  tag: 'Sources',
  summary: 'Who changed what of a Source, and when',
  description: 'Oldest first, of deleted Sources too. Pages have at most 100 entries.',
  isExtension: true,
  params: { sourceId: Uuid.describe('The Source.') },
  query: historyQuery,
  responses: {
    200: { description: 'A page of it.', body: z.array(SourceHistoryEntry), headers: listHeaders },
    400: invalidQuery,
    404: { description: 'There never was such a Source.' },
  },
})
