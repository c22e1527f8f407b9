import { defineOperation } from '../http/operation.ts'
import { pagingHeaders, pagingQuery } from '../http/paging.ts'
import { BooleanText } from '../http/query-text.ts'
import { MediaObject } from '../resources/media-object.ts'
import { asOfHeaders, asOfQuery } from './as-of.ts'
import { invalidQuery, noSuchObject } from './common-responses.ts'
import { getUrlQuery, getUrlQueryPatterns } from './get-url-filters.ts'
import { objectParams } from './object-params.ts'
import { tagFilters } from './tag-filters.ts'

export const getObject = defineOperation({
  operationId: 'GET_objects',
  method: 'get',
  path: '/objects/{objectId}',
  tag: 'Objects',
  summary: 'Describe an object',
  description: 'Pages are of the Flows that use it. `as_of` and `flow_tag` do not go together.',
  params: objectParams,
  query: {
    ...getUrlQuery,
    ...pagingQuery,
    ...asOfQuery,
    include_checksums: BooleanText.default(false)
      .meta({ 'x-framelog-extension': true })
      .describe(
        'Whether the answer has `size_bytes` and `checksums`, where they are recorded. TAMS has no such properties, ' +
          'and its schema takes no others than its own.',
      ),
  },
  queryPatterns: { ...getUrlQueryPatterns, ...tagFilters('flow_', 'Only referenced Flows') },
  responses: {
    200: { description: 'The object.', body: MediaObject, headers: { ...pagingHeaders, ...asOfHeaders } },
    400: invalidQuery,
    404: noSuchObject,
  },
})
