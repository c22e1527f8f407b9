import type { EventContext } from '../../contracts/events/recorded-event.ts'
import type { ProfilePost } from '../../contracts/resources/profile.ts'
import { decideProfile, type ProfileRejection } from '../../domain/profile/profile.ts'
import type { CommandServices } from './command-services.ts'
import { profileStream } from './stream-kind.ts'

export type CreateProfileOutcome = { readonly refused: ProfileRejection } | { readonly created: true }

/** @see TAMS POST_profiles-profileId */
export function createProfile({ run }: CommandServices, context: EventContext, profile: ProfilePost) {
  return run(context, async (unit): Promise<CreateProfileOutcome> => {
    const stream = await unit.load(profileStream, profile.id)
    const decision = decideProfile({ type: 'CreateProfile', profile }, stream.state)
    if (!decision.accepted) return { refused: decision.rejection }
    stream.append(decision.events)
    return { created: true }
  })
}
