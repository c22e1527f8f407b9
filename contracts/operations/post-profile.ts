import { defineOperation } from '../http/operation.ts'
import { VIDEO } from '../resources/content-format.ts'
import { Profile, ProfilePost } from '../resources/profile.ts'
import { profileParams } from './profile-params.ts'

export const postProfile = defineOperation({
  operationId: 'POST_profiles-profileId',
  method: 'post',
  path: '/service/profiles/{profileId}',
  tag: 'Profiles',
  summary: 'Make a Profile',
  description: 'For good: a Profile is neither changed nor deleted. What is to differ needs another Profile.',
  params: profileParams,
  body: ProfilePost,
  bodyExamples: {
    'HD video': {
      id: '4a6f2c1e-0b53-4d0c-9c1f-6c2a9f3b7e11',
      label: '1080p25 H.264 in MPEG-TS',
      flow_metadata: {
        format: VIDEO,
        codec: 'video/h264',
        container: 'video/mp2t',
        segment_duration: { numerator: 10 },
        essence_parameters: { frame_width: 1920, frame_height: 1080, frame_rate: { numerator: 25 } },
      },
    },
  },
  responses: {
    201: { description: 'Made.', body: Profile },
    400: { description: 'The body is not a Profile, or there is one of this id already.' },
    404: { description: 'The id in the path can be no Profile’s.' },
  },
})
