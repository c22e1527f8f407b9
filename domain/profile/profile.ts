import type { ProfileEvent } from '../../contracts/events/profile-events.ts'
import type { FlowMetadata } from '../../contracts/resources/flow.ts'
import type { ProfileFlowPut } from '../../contracts/resources/flow-put.ts'
import type { ProfileMetadata, ProfilePost } from '../../contracts/resources/profile.ts'
import { type Aggregate, accept, type Decision, reject } from '../decision.ts'

export type ProfileState =
  | { readonly status: 'absent' }
  | { readonly status: 'made'; readonly flow_metadata: ProfileMetadata }

export type ProfileCommand = { readonly type: 'CreateProfile'; readonly profile: ProfilePost }

export type ProfileRejection = { readonly reason: 'profile_exists' }

/** What a Flow that names a Profile may be refused for. */
export type UnknownProfile = { readonly reason: 'profile_not_found'; readonly profile_id: string }

/** A Profile is made once and stays as it is. @see TAMS POST_profiles-profileId */
export function decideProfile(
  { profile }: ProfileCommand,
  state: ProfileState,
): Decision<ProfileEvent, ProfileRejection> {
  if (state.status === 'made') return reject({ reason: 'profile_exists' })
  return accept({ type: 'ProfileCreated', data: { profile } })
}

/**
 * The Flow a client means that leaves all technical metadata to a Profile.
 * @see TAMS PUT_flows-flowId; ADR 0047
 */
export function flowOfProfile(asked: ProfileFlowPut, profile: ProfileState): FlowMetadata | UnknownProfile {
  if (profile.status === 'absent') return { reason: 'profile_not_found', profile_id: asked.profile_id }
  const { format: _, ...said } = asked
  return { ...said, ...profile.flow_metadata }
}

export const profileAggregate: Aggregate<ProfileState, ProfileEvent> = {
  initial: { status: 'absent' },
  evolve: (_state, { data }) => ({ status: 'made', flow_metadata: data.profile.flow_metadata }),
}
