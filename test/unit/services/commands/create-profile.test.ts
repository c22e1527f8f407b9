import { describe, expect, it } from 'vitest'
import { audioProfile, videoProfile } from '../../../support/flow-metadata.ts'
import { withHarness, withTwoHarnesses } from '../../../support/with-harness.ts'

describe('making a profile', () => {
  it('shows in the catalog, once', async () => {
    await withHarness(async ({ createProfile, catchUp, catalog }) => {
      expect(await createProfile(videoProfile('house', { label: 'House' }))).toStrictEqual({ created: true })
      expect(await createProfile(videoProfile('house'))).toStrictEqual({
        refused: { reason: 'profile_exists' },
      })
      await catchUp()
      expect(JSON.parse(catalog.reader.profile('house')?.document ?? '')).toStrictEqual(
        videoProfile('house', { label: 'House' }),
      )
    })
  })

  it('is done by one of two processes that want the same id', async () => {
    const model = await withTwoHarnesses(async (one, two) => {
      const outcomes = await Promise.all([
        one.createProfile(videoProfile('house')),
        two.createProfile(audioProfile('house')),
      ])
      expect(outcomes).toContainEqual({ created: true })
      expect(outcomes).toContainEqual({ refused: { reason: 'profile_exists' } })
    })
    expect(model.profiles.size).toBe(1)
  })

  it('is seen by another process, that knew of none before', async () => {
    await withTwoHarnesses(async (one, two) => {
      const flow = { id: 'hd', source_id: 'camera', profile_id: 'house' }
      expect(await two.putFlow(flow)).toMatchObject({ refused: { reason: 'profile_not_found' } })
      await one.createProfile(videoProfile('house'))
      expect(await two.putFlow(flow)).toStrictEqual({ created: true })
    })
  })
})
