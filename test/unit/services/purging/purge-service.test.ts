import { rename } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pino } from 'pino'
import { describe, expect, it } from 'vitest'
import { createLogger, type Logger } from '../../../../services/observability/logger.ts'
import { MediaStoreUnavailable } from '../../../../services/ports/media-store.ts'
import { startPurgeService } from '../../../../services/purging/purge-service.ts'
import { storageBackends } from '../../../../services/storage/storage-backends.ts'
import {
  BACKEND_ID,
  BACKEND_LABEL,
  type CommandHarness,
  SHELF_ID,
  SHELF_LABEL,
  wholeLog,
} from '../../../support/command-harness.ts'
import { withMedia } from '../../../support/with-harness.ts'

const logger = createLogger('silent')

/** A logger whose lines can be read. */
function remembering() {
  const lines: string[] = []
  return { logger: pino({}, { write: (line: string) => lines.push(line) }), lines }
}

const startPurging = ({ log, services }: CommandHarness, told: Logger = logger) =>
  startPurgeService({ log, commands: services, logger: told, purged: () => {}, purgeFailed: () => {} })

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

describe('the bytes of a retired object', () => {
  it('go, and those of others stay', () =>
    withMedia(async (harness) => {
      const [gone, kept] = await upload(harness, 'gone', 'kept')
      await harness.retire('gone')
      const service = startPurging(harness)
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
      const service = startPurging(harness)
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
      const { logger: told, lines } = remembering()
      const service = startPurging(harness, told)
      await expect.poll(() => lines.join()).toContain('the media store failed with ENOENT')
      expect(await purged(harness)).toBe(0)
      await rename(`${directory}.away`, directory)
      await expect.poll(() => purged(harness)).toBe(1)
      expect(await isStored(harness, BACKEND_ID, key!)).toBe(false)
      await service.stop()
    }))

  it('are not passed over where their storage backend is not configured', () =>
    withMedia(async (harness) => {
      await upload(harness, 'clip')
      await harness.retire('clip')
      await harness.catchUp()
      const without = { ...harness.services, storageBackends: storageBackends([]) }
      const { logger: told, lines } = remembering()
      const blind = startPurging({ ...harness, services: without }, told)
      await upload(harness, 'later')
      await harness.retire('later')
      await harness.catchUp()
      await blind.stop()
      const warnings = lines
        .map((line) => JSON.parse(line))
        .map(({ msg, storage_id }) => ({ msg, storage_id }))
      expect(warnings).toStrictEqual([
        {
          msg: 'there is no such storage backend to remove media from: it is waited for',
          storage_id: BACKEND_ID,
        },
      ])
      const service = startPurging(harness)
      await expect.poll(() => purged(harness)).toBe(2)
      await service.stop()
    }))

  it('do not wait for those in a storage backend that is away', () =>
    withMedia(async (harness, folder) => {
      const [first] = await upload(harness, 'clip')
      const [second] = await upload(harness, 'other')
      await harness.register('hd', { object_id: 'clip', timerange: '[0:0_1:0)' })
      await harness.requestCopy('clip')
      await harness.storeCopy('clip')
      await harness.deleteSegments('hd', '_')
      await harness.retire('clip')
      const shelf = join(folder, 'media', SHELF_LABEL)
      await rename(shelf, `${shelf}.away`)
      const failures: string[] = []
      const service = startPurgeService({
        log: harness.log,
        commands: harness.services,
        logger,
        purged: () => {},
        purgeFailed: (storage_id) => failures.push(storage_id),
      })
      await expect.poll(() => failures.length).toBeGreaterThan(0)
      await expect.poll(() => isStored(harness, BACKEND_ID, first!)).toBe(false)
      await harness.retire('other')
      await expect.poll(() => isStored(harness, BACKEND_ID, second!)).toBe(false)
      await expect.poll(() => purged(harness)).toBe(1)
      expect(new Set(failures)).toStrictEqual(new Set([SHELF_ID]))
      await rename(`${shelf}.away`, shelf)
      await expect.poll(() => purged(harness)).toBe(2)
      await service.stop()
    }))

  it('do not wait for those that their storage backend keeps', () =>
    withMedia(async (harness) => {
      const keys = await upload(harness, 'a', 'b', 'c')
      for (const id of ['a', 'b', 'c']) await harness.retire(id)
      await harness.catchUp()
      const { services } = harness
      let locked = new Set([keys[1]!])
      const guarded = services.storageBackends.all.map((backend) => ({
        ...backend,
        store: {
          ...backend.store,
          remove: async (wanted: readonly string[]) => {
            await backend.store.remove(wanted.filter((key) => !locked.has(key)))
            const keysLeft = wanted.filter((key) => locked.has(key))
            if (keysLeft.length > 0) throw new MediaStoreUnavailable('locked', { keysLeft })
          },
        },
      }))
      const service = startPurging({
        ...harness,
        services: { ...services, storageBackends: storageBackends(guarded) },
      })
      await expect.poll(() => purged(harness)).toBe(2)
      await harness.catchUp()
      expect(harness.catalog.reader.purges(BACKEND_ID, undefined, 10)).toMatchObject([{ key: keys[1] }])
      locked = new Set()
      await expect.poll(() => purged(harness)).toBe(3)
      await service.stop()
    }))

  it('go a thousand at a time, told as what follows from the requests', () =>
    withMedia(async (harness) => {
      const ids = Array.from({ length: 1100 }, (_, index) => `clip ${index}`)
      await harness.allocate('hd', ...ids)
      await Promise.all(ids.map(harness.retire))
      const service = startPurging(harness)
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
      const service = startPurging(harness)
      await expect.poll(() => isStored(harness, BACKEND_ID, key!)).toBe(false)
      await expect
        .poll(async () => (await wholeLog(harness.log)).at(-1))
        .toMatchObject({
          type: 'InstancePurged',
          data: { object_id: 'clip', storage_id: BACKEND_ID, key },
        })
      await service.stop()
      await harness.catchUp()
      expect(harness.catalog.reader.storagesWithPurges()).toStrictEqual([])
    }))
})
