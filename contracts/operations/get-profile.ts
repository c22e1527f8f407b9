import { defineOperation } from '../http/operation.ts'
import { Profile } from '../resources/profile.ts'
import { profileParams } from './profile-params.ts'

export const getProfile = defineOperation({
  operationId: 'GET_profiles-profileId',
  method: 'get',
  path: '/service/profiles/{profileId}',
  tag: 'Profiles',
  summary: 'Describe a Profile',
  params: profileParams,
  responses: {
    200: { description: 'The Profile.', body: Profile },
    404: { description: 'There is no such Profile.' },
  },
})
