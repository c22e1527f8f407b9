import { defineOperation } from '../http/operation.ts'
import { Source } from '../resources/source.ts'
import { Uuid } from '../resources/uuid.ts'
import { asOfHeaders, asOfQuery } from './as-of.ts'
import { invalidQuery } from './common-responses.ts'

export const getSource = defineOperation({
  operationId: 'GET_sources-sourceId',
  method: 'get',
  path: '/sources/{sourceId}',
  tag: 'Sources',
  summary: 'Describe a Source',
  params: { sourceId: Uuid.describe('The Source.') },
  query: asOfQuery,
  responses: {
    200: { description: 'The Source.', body: Source, headers: asOfHeaders },
    400: invalidQuery,
    404: { description: 'There is no such Source.' },
  },
})
