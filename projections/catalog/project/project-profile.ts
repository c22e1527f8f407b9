import type { ProfileEvent } from '../../../contracts/events/profile-events.ts'
import { type Projection, put } from './projection.ts'

export const profileProjection: Projection<ProfileEvent['type']> = {
  ProfileCreated: ({ timeMs, actor, data: { profile } }) => {
    const { created_by = actor, ...document } = profile
    return [
      put('profiles', profile.id, {
        format: profile.flow_metadata.format,
        codec: profile.flow_metadata.codec,
        label: profile.label ?? null,
        document: JSON.stringify(document),
        created_ms: timeMs,
        created_by,
      }),
    ]
  },
}
