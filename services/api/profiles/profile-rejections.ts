import type { ProfileRejection } from '../../../domain/profile/profile.ts'
import type { Tellings } from '../http/telling.ts'

export const profileTellings: Tellings<ProfileRejection> = {
  profile_exists: {
    status: 400,
    summary: () => 'there is a profile of this id, and profiles never change: make another',
  },
}
