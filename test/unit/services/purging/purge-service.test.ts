import { rename } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pino } from 'pino'
import { describe, expect, it } from 'vitest'
import { createLogger } from '../../../../services/observability/logger.ts'
import { startPurgeService } from '../../../../services/purging/purge-service.ts'
import { storageBackends } from '../../../../services/storage/storage-backends.ts'
import {
  BACKEND_ID,
  BACKEND_LABEL,
  type CommandHarness,
  openCommandHarness,
  SHELF_ID,
  soundModelOf,
  wholeLog,
} from '../../../support/command-harness.ts'
import { videoFlow } from '../../../support/flow-metadata.ts'
import { withFolder } from '../../../support/running-service.ts'

const logger = createLogger('silent')

/** A logger whose lines can be read. */
function remembering() {
  const lines: string[] = []
  return { logger: pino({}, { write: (line: string) => lines.push(line) }), lines }
}

/** Objects of a flow, with their media. @returns where each is */
async function upload({ allocate, services }: CommandHarness, ...ids: string[]): Promise<string[]> {
  const outcome = await allocate('hd', ...ids)
  if ('refused' in outcome) throw new Error(outcome.refused.reason)
  const store = services.storageBackends.byId.get(BACKEND_ID)!.store
  for (const { key } of outcome.allocated)
    await store.write(key, 'video/mp4', Readable.from([Buffer.from('x')]))
  return outcome.allocated.map(({ key }) => key)
}

const isStored = async ({ services }: CommandHarness, storage_id: string, key: string): Promise<boolean> =>
  (await services.storageBackends.byId.get(storage_id)!.store.head(key)) !== undefined

const purged = async ({ log }: CommandHarness): Promise<number> =>
  (await wholeLog(log)).filter(({ type }) => type === 'ObjectPurged').length

const withMedia = (use: (harness: CommandHarness, folder: string) => Promise<void>): Promise<void> =>
  withFolder(async (folder) => {
    const harness = await openCommandHarness(folder)
    await harness.putFlow(videoFlow('hd', 'camera'))
    await use(harness, folder)
    await soundModelOf(harness.log)
    await harness.close()
  })

describe('the bytes of a retired object', () => {
  it('go, and those of others stay', () =>
    withMedia(async (harness) => {
      const [gone, kept] = await upload(harness, 'gone', 'kept')
      await harness.retire('gone')
      const service = await startPurgeService(harness.log, harness.services, logger)
      await expect.poll(() => purged(harness)).toBe(1)
      expect(await isStored(harness, BACKEND_ID, gone!)).toBe(false)
      expect(await isStored(harness, BACKEND_ID, kept!)).toBe(true)
      await service.stop()
    }))

  it('go from wherever there is an instance, also one that is half made', () =>
    withMedia(async (harness) => {
      const [key] = await upload(harness, 'clip')
      await harness.register('hd', { object_id: 'clip', timerange: '[0:0_1:0)' })
      await harness.requestCopy('clip')
      const asked = (await wholeLog(harness.log)).find((event) => event.type === 'InstanceRequested')
      const copy = harness.services.storageBackends.byId.get(SHELF_ID)!.store
      await copy.write(asked!.data.key, 'video/mp4', Readable.from([Buffer.from('x')]))
      await harness.deleteSegments('hd', '_')
      await harness.retire('clip')
      const service = await startPurgeService(harness.log, harness.services, logger)
      await expect.poll(() => purged(harness)).toBe(1)
      expect(await isStored(harness, BACKEND_ID, key!)).toBe(false)
      expect(await isStored(harness, SHELF_ID, asked!.data.key)).toBe(false)
      await service.stop()
    }))

  it('go once their store is back', () =>
    withMedia(async (harness, folder) => {
      const [key] = await upload(harness, 'clip')
      await harness.retire('clip')
      const directory = join(folder, 'media', BACKEND_LABEL)
      await rename(directory, `${directory}.away`)
      const { logger, lines } = remembering()
      const service = await startPurgeService(harness.log, harness.services, logger)
      await expect.poll(() => lines.join()).toContain('the media store failed with ENOENT')
      expect(await purged(harness)).toBe(0)
      await rename(`${directory}.away`, directory)
      await expect.poll(() => purged(harness), { timeout: 20_000 }).toBe(1)
      expect(await isStored(harness, BACKEND_ID, key!)).toBe(false)
      await service.stop()
    }))

  it('are not passed over where their storage backend is not configured', () =>
    withMedia(async (harness) => {
      await upload(harness, 'clip')
      await harness.retire('clip')
      const { services, log } = harness
      const without = { ...services, storageBackends: storageBackends([]) }
      const { logger: told, lines } = remembering()
      const blind = await startPurgeService(log, without, told)
      await expect.poll(() => lines.join()).toContain(`there is no storage backend ${BACKEND_ID}`)
      await blind.stop()
      expect(await log.loadCheckpoint('purging')).toBe(0)
      const service = await startPurgeService(log, services, logger)
      await expect.poll(() => purged(harness)).toBe(1)
      await service.stop()
    }))

  it('go a thousand at a time, told as what follows from the requests', () =>
    withMedia(async (harness) => {
      const ids = Array.from({ length: 1100 }, (_, index) => `clip ${index}`)
      await harness.allocate('hd', ...ids)
      await Promise.all(ids.map(harness.retire))
      const service = await startPurgeService(harness.log, harness.services, logger)
      await expect.poll(() => purged(harness), { timeout: 60_000 }).toBe(1100)
      await service.stop()
      const events = await wholeLog(harness.log)
      const requestOf = (wanted: string, id: string) =>
        events.find(({ type, stream }) => type === wanted && stream === `object-${id}`)?.correlationId
      for (const id of ids.slice(0, 20))
        expect(requestOf('ObjectPurged', id)).toBe(requestOf('ObjectRetired', id))
    }))
})

describe('the bytes of an instance that is removed', () => {
  it('go, and those of the others stay', () =>
    withMedia(async (harness) => {
      const [key] = await upload(harness, 'clip')
      await harness.register('hd', { object_id: 'clip', timerange: '[0:0_1:0)' })
      await harness.addUrl('clip', 'web', 'https://a/')
      await harness.requestCopy('clip')
      await harness.storeCopy('clip')
      await harness.removeInstance('clip', { label: 'web' })
      await harness.removeInstance('clip', { storage_id: BACKEND_ID })
      const service = await startPurgeService(harness.log, harness.services, logger)
      await expect.poll(() => isStored(harness, BACKEND_ID, key!)).toBe(false)
      await service.stop()
      expect(await purged(harness)).toBe(0)
    }))
})
