import { Readable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { keysInUse } from '../../../../services/copying/keys-in-use.ts'
import { startPurgeService } from '../../../../services/purging/purge-service.ts'
import { SHELF_ID } from '../../../support/command-harness.ts'
import { fill, keyOfCopy, listed, PATIENCE, silently, storeOf } from '../../../support/copying.ts'
import { withMedia } from '../../../support/with-harness.ts'

describe('a key that bytes are on their way to', () => {
  it('is purged after they arrived, not before', () =>
    withMedia(async (harness) => {
      await fill(harness, ['a'])
      await harness.requestCopy('a')
      const key = await keyOfCopy(harness)
      const keys = keysInUse()
      const letGo = keys.hold(key)
      const asked: string[] = []
      const purging = startPurgeService({
        ...silently,
        log: harness.log,
        commands: harness.services,
        untilFree: (one) => {
          asked.push(one)
          return keys.free(one)
        },
      })
      await harness.removeInstance('a', { storage_id: SHELF_ID })
      await expect.poll(() => asked, PATIENCE).toEqual([key])

      await storeOf(harness, SHELF_ID).write(key, 'video/mp4', Readable.from([Buffer.from('late')]))
      letGo()
      await expect.poll(() => listed(storeOf(harness, SHELF_ID)), PATIENCE).toBe(0)
      await purging.stop()
    }))

  it('is free when everyone who held it has let go', async () => {
    const keys = keysInUse()
    await keys.free('k')
    const told: string[] = []
    const first = keys.hold('k')
    const waiting = keys.free('k').then(() => told.push('free'))
    first()
    const second = keys.hold('k')
    told.push('held again')
    second()
    await waiting
    expect(told).toEqual(['held again', 'free'])
    await keys.free('k')
  })
})
