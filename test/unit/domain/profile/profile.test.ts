import { describe, expect, it } from 'vitest'
import type { ProfileEvent } from '../../../../contracts/events/profile-events.ts'
import { decideProfile, flowOfProfile, profileAggregate } from '../../../../domain/profile/profile.ts'
import { audioProfile, videoFlow, videoProfile } from '../../../support/flow-metadata.ts'
import { specFor } from '../../../support/spec-for.ts'

const given = specFor({ decide: decideProfile, aggregate: profileAggregate })

const house = videoProfile('house', { label: 'House', created_by: 'ada', tags: { version: '1' } })
const created: ProfileEvent = { type: 'ProfileCreated', data: { profile: house } }

describe('a profile', () => {
  it('is what its client says', () =>
    given().when({ type: 'CreateProfile', profile: house }).thenEvents(created))

  it.each([['just the same', house] as const, ['another', audioProfile('house')] as const])(
    'is made once: %s is refused',
    (_, profile) =>
      given(created).when({ type: 'CreateProfile', profile }).thenRejected({ reason: 'profile_exists' }),
  )
})

describe('a flow of a profile', () => {
  const asked = { id: 'hd', source_id: 'camera', profile_id: 'house', label: 'HD', tags: { site: 'a' } }

  it('has the technical metadata of the profile, and all else of its own', () => {
    const profile = profileAggregate.evolve(profileAggregate.initial, created)
    expect(flowOfProfile(asked, profile)).toStrictEqual(
      videoFlow('hd', 'camera', { profile_id: 'house', label: 'HD', tags: { site: 'a' } }),
    )
  })

  it('needs the profile to be there', () => {
    expect(flowOfProfile(asked, profileAggregate.initial)).toStrictEqual({
      reason: 'profile_not_found',
      profile_id: 'house',
    })
  })
})
