import { defineOperation } from '../http/operation.ts'
import { VastBuckets, VastStatus, VastTableName, VastTableStats } from '../resources/vast-status.ts'
import { invalidQuery } from './common-responses.ts'

const outOfReach = { description: 'VAST DB does not answer, or refuses.' }
const notConfigured = 'There is no VAST DB: VAST_ENDPOINT is not set'

export const getVastStatus = defineOperation({
  operationId: 'GET_vast-status',
  method: 'get',
  path: '/vast/status',
  tag: 'Analytics',
  summary: 'Whether VAST DB is there, and how far its tables are',
  isExtension: true,
  responses: { 200: { description: 'What is known.', body: VastStatus }, 400: invalidQuery },
})

export const getVastBuckets = defineOperation({
  operationId: 'GET_vast-buckets',
  method: 'get',
  path: '/vast/buckets',
  tag: 'Analytics',
  // Of a cluster that others use too.
  scopes: ['tams-api/admin'],
  summary: 'List the buckets of VAST DB',
  isExtension: true,
  responses: {
    200: { description: 'All of them.', body: VastBuckets },
    400: invalidQuery,
    404: { description: `${notConfigured}.` },
    503: outOfReach,
  },
})

export const getVastTableStats = defineOperation({
  operationId: 'GET_vast-tables-name-stats',
  method: 'get',
  path: '/vast/tables/{name}/stats',
  tag: 'Analytics',
  summary: 'Read what VAST DB says of a table',
  isExtension: true,
  params: { name: VastTableName.describe('The table.') },
  responses: {
    200: { description: 'Its size.', body: VastTableStats },
    400: invalidQuery,
    404: { description: `There is no such table. ${notConfigured}.` },
    503: outOfReach,
  },
})
