import { z } from 'zod'
import { defineOperation } from '../http/operation.ts'
import { pagingHeaders, pagingQuery } from '../http/paging.ts'
import { ContentFormat } from '../resources/content-format.ts'
import { MimeType } from '../resources/mime-type.ts'
import { Profile } from '../resources/profile.ts'
import { invalidQuery } from './common-responses.ts'

export const getProfiles = defineOperation({
  operationId: 'GET_profiles',
  method: 'get',
  path: '/service/profiles',
  tag: 'Profiles',
  summary: 'List Profiles',
  description: 'Newest first.',
  query: {
    format: ContentFormat.describe('Only Profiles of this format; no Profile is multi.').exactOptional(),
    codec: MimeType.describe('Only Profiles of this codec.').exactOptional(),
    label: z.string().describe('Only Profiles with this label.').exactOptional(),
    ...pagingQuery,
  },
  responses: {
    200: { description: 'A page of them.', body: z.array(Profile), headers: pagingHeaders },
    400: invalidQuery,
  },
})
