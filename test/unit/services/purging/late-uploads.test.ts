import { Readable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { createLogger } from '../../../../services/observability/logger.ts'
import { removeLateUploads } from '../../../../services/purging/late-uploads.ts'
import { BACKEND_ID } from '../../../support/command-harness.ts'
import { fakeClock } from '../../../support/fake-clock.ts'
import { videoFlow } from '../../../support/flow-metadata.ts'
import { withHarness } from '../../../support/with-harness.ts'

const DAY_MS = 24 * 60 * 60 * 1000

describe('what is uploaded after its object was retired and purged', () => {
  it('is removed again once no URL holds any more, and nothing else is', async () => {
    await withHarness(async ({ putFlow, allocate, retire, purge, log, services }) => {
      await putFlow(videoFlow('hd', 'camera'))
      const outcome = await allocate('hd', 'late', 'kept')
      if ('refused' in outcome) throw new Error(outcome.refused.reason)
      const [late, kept] = outcome.allocated.map(({ key }) => key) as [string, string]
      await retire('late')
      await purge()
      const backend = services.storageBackends.byId.get(BACKEND_ID)!
      for (const key of [late, kept]) {
        await backend.store.write(key, 'video/mp4', Readable.from([Buffer.from('late')]))
      }
      const isStored = async (key: string) => (await backend.store.head(key)) !== undefined
      const clock = fakeClock(Date.now())
      const options = { urlLifetimeSeconds: 360, logger: createLogger('silent'), clock }
      const running = await removeLateUploads(log, backend, options)
      await expect.poll(clock.isWaiting).toBe(true)
      expect(await isStored(late)).toBe(true)
      // It waits a day at most, then for what is left.
      clock.moveTo(clock.now() + DAY_MS)
      await expect.poll(clock.isWaiting).toBe(true)
      expect(await isStored(late)).toBe(true)
      clock.moveTo(clock.now() + 360_000)
      await expect.poll(() => isStored(late)).toBe(false)
      expect(await isStored(kept)).toBe(true)
      await running.stop()
    })
  })
})
