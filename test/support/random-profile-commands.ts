import fc from 'fast-check'
import type { ProfileFlowPut } from '../../contracts/resources/flow-put.ts'
import type { CommandHarness } from './command-harness.ts'
import { audioProfile, videoProfile } from './flow-metadata.ts'

type RandomCommand = (harness: CommandHarness) => Promise<unknown>

const profileOf = { house: videoProfile, speech: audioProfile }
const profileId = fc.constantFrom('house', 'speech')
const said = fc.constantFrom({}, { label: 'x' }, { label: 'x', created_by: 'ü' })

/** A profile is made, mostly in vain, or a flow of one is put. */
export const randomProfileCommand = (
  flow: fc.Arbitrary<Omit<ProfileFlowPut, 'profile_id'>>,
): fc.Arbitrary<RandomCommand> =>
  fc.oneof(
    fc.tuple(profileId, said).map(
      ([id, more]) =>
        (harness: CommandHarness) =>
          harness.createProfile(profileOf[id](id, more)),
    ),
    fc.tuple(profileId, flow).map(
      ([profile_id, asked]) =>
        (harness: CommandHarness) =>
          harness.putFlow({ ...asked, profile_id }),
    ),
  )

export const profilePrologue: readonly RandomCommand[] = [
  ({ createProfile }) => createProfile(videoProfile('house')),
]
