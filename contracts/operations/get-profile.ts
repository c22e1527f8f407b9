import { defineOperation } from '../http/operation.ts'
import { Profile } from '../resources/profile.ts'
import { asOfHeaders, asOfQuery } from './as-of.ts'
import { invalidQuery } from './common-responses.ts'
import { profileParams } from './profile-params.ts'

export const getProfile = defineOperation({
  operationId: 'GET_profiles-profileId',
  method: 'get',
  path: '/service/profiles/{profileId}',
  tag: 'Profiles',
  summary: 'Describe a Profile',
  params: profileParams,
  query: asOfQuery,
  responses: {
    200: { description: 'The Profile.', body: Profile, headers: asOfHeaders },
    400: invalidQuery,
    404: { description: 'There is no such Profile.' },
  },
})
