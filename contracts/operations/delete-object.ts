import { defineOperation } from '../http/operation.ts'
import { objectParams } from './object-params.ts'

export const deleteObject = defineOperation({
  operationId: 'DELETE_objects',
  method: 'delete',
  path: '/objects/{objectId}',
  tag: 'Objects',
  summary: 'Delete an object that nothing uses',
  description: 'Also one that was only allocated. Its bytes go soon after; its id is never free again.',
  isExtension: true,
  params: objectParams,
  responses: {
    204: { description: 'Deleted.' },
    404: { description: 'There is no such object.' },
    409: { description: 'A Flow Segment uses it, or a Media Object needs it.' },
  },
})
