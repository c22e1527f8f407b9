import type { ProfilePost } from '../resources/profile.ts'

/** A Profile never changes: Flows that were made by it would no longer be what it says (ADR 0047). */
export type ProfileCreated = {
  readonly type: 'ProfileCreated'
  readonly data: { readonly profile: ProfilePost }
}

/** Stream `profile-<profile id>`. */
export type ProfileEvent = ProfileCreated
