import { defineOperation } from '../http/operation.ts'
import { BooleanText } from '../http/query-text.ts'
import { deletionAccepted } from './deletion-responses.ts'
import { sourceParams } from './source-params.ts'

export const deleteSource = defineOperation({
  operationId: 'DELETE_sources-sourceId',
  method: 'delete',
  path: '/sources/{sourceId}',
  tag: 'Sources',
  summary: 'Delete a Source',
  isExtension: true,
  params: sourceParams,
  query: {
    cascade: BooleanText.default(false).describe(
      'Whether its Flows go with it, at once and all or none, if they are not too many.',
    ),
  },
  responses: {
    202: deletionAccepted,
    204: { description: 'Deleted.' },
    400: { description: 'The query is wrong.' },
    403: { description: 'One of its Flows is read-only; nothing is deleted.' },
    404: { description: 'There is no such Source.' },
    409: { description: 'It has Flows, or too many to go at once.' },
  },
})
