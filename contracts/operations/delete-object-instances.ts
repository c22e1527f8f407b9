import { defineOperation } from '../http/operation.ts'
import { Label } from '../resources/free-text.ts'
import { Uuid } from '../resources/uuid.ts'
import { noSuchObject } from './common-responses.ts'
import { objectParams } from './object-params.ts'

export const deleteObjectInstances = defineOperation({
  operationId: 'DELETE_objects-instances',
  method: 'delete',
  path: '/objects/{objectId}/instances',
  tag: 'Objects',
  scopes: ['tams-api/write'],
  summary: 'Delete an instance of an object',
  description: 'Named by one of the parameters. The bytes of a copy go too. The last instance stays.',
  params: objectParams,
  query: {
    storage_id: Uuid.describe('The Storage Backend it is in.').exactOptional(),
    label: Label.describe('Its label: a URL’s own, or that of the Storage Backend it is in.').exactOptional(),
  },
  responses: {
    204: { description: 'Deleted.' },
    400: {
      description: 'Not one parameter is given, there is no such instance, or there is no other.',
    },
    403: { description: 'The caller may not change the object.' },
    404: noSuchObject,
  },
})
