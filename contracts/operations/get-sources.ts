import { z } from 'zod'
import { defineOperation } from '../http/operation.ts'
import { listHeaders, pagingQuery } from '../http/paging.ts'
import { UuidListText } from '../http/query-text.ts'
import { ContentFormat } from '../resources/content-format.ts'
import { Source } from '../resources/source.ts'
import { invalidQuery } from './common-responses.ts'
import { reverseOrder, SORT_BY } from './list-order.ts'
import { tagFilters } from './tag-filters.ts'

export const getSources = defineOperation({
  operationId: 'GET_sources',
  method: 'get',
  path: '/sources',
  tag: 'Sources',
  summary: 'List Sources',
  query: {
    label: z.string().describe('Only Sources with this label.').exactOptional(),
    format: ContentFormat.describe('Only Sources of this format.').exactOptional(),
    collected_by_ids: UuidListText.describe(
      'Only Sources that one of these collects; empty, only those that none collects.',
    ).exactOptional(),
    sort_by: z.enum(['created', 'updated', 'label']).default('created').describe(SORT_BY),
    reverse_order: reverseOrder,
    ...pagingQuery,
  },
  queryPatterns: tagFilters('', 'Only Sources'),
  responses: {
    200: { description: 'A page of them.', body: z.array(Source), headers: listHeaders },
    400: invalidQuery,
  },
})
