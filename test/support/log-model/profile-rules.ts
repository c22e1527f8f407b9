import type { ProfileEvent } from '../../../contracts/events/profile-events.ts'
import type { Rules } from './model.ts'

export const profileRules: Rules<ProfileEvent['type']> = {
  ProfileCreated: (model, { timeMs, actor, data: { profile } }, broken) => {
    if (model.profiles.has(profile.id)) broken('it was there already')
    model.profiles.set(profile.id, { profile, created_ms: timeMs, created_by: profile.created_by ?? actor })
  },
}
