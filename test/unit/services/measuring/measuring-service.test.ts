import { createHash } from 'node:crypto'
import { rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pino } from 'pino'
import { describe, expect, it } from 'vitest'
import { objectDirectory } from '../../../../services/adapters/media-store/filesystem/object-directory.ts'
import type { CommandServices } from '../../../../services/commands/command-services.ts'
import { startMeasuring } from '../../../../services/measuring/measuring-service.ts'
import { storageBackends } from '../../../../services/storage/storage-backends.ts'
import {
  BACKEND_LABEL,
  type CommandHarness,
  SHELF_ID,
  soundModelOf,
  wholeLog,
} from '../../../support/command-harness.ts'
import { BUCKET, openStoreOn } from '../../../support/s3/s3-store.ts'
import { startSmallS3 } from '../../../support/s3/small-s3.ts'
import { withMedia } from '../../../support/with-harness.ts'

type Counts = Partial<Record<'recorded' | 'absent' | 'failed', number>>

/** Measuring of a harness's log, what it counts, and what it says. */
async function measuring({ log, services: commands }: Pick<CommandHarness, 'log' | 'services'>) {
  const counts: Counts = {}
  const lines: string[] = []
  const service = await startMeasuring({
    log,
    commands,
    logger: pino({}, { write: (line: string) => lines.push(line) }),
    count: (outcome, objects) => {
      counts[outcome] = (counts[outcome] ?? 0) + objects
    },
  })
  return { counts, lines, stop: service.stop }
}

const factsOf = (text: string) => ({
  size_bytes: Buffer.from(text).length,
  checksums: [{ algorithm: 'sha256', value: createHash('sha256').update(text).digest('base64') }],
})

const recordedOf = async ({ log }: CommandHarness, id: string) =>
  (await soundModelOf(log)).objects.get(id)?.registration?.media

let place = 0
/** A second of its own. */
const segment = (object_id: string) => {
  place += 1
  return { object_id, timerange: `[${place}:0_${place + 1}:0)` }
}

const directory = (folder: string, label: string) => join(folder, 'media', label)

/** Their media comes after their segments, so that no store can know of it in time. */
async function registeredFirst(harness: CommandHarness, ...ids: string[]): Promise<void> {
  await harness.allocate('hd', ...ids)
  await harness.register('hd', ...ids.map(segment))
  for (const id of ids) await harness.upload(id)
}

/** An object that is elsewhere, and of which a copy is to be made. @returns makes it */
async function requestedCopy(harness: CommandHarness, id: string): Promise<() => Promise<unknown>> {
  await harness.register('hd', { ...segment(id), get_urls: [{ label: 'web', url: 'https://a/' }] })
  await harness.requestCopy(id)
  const asked = (await wholeLog(harness.log)).find((event) => event.type === 'InstanceRequested')
  const { store } = harness.services.storageBackends.byId.get(SHELF_ID)!
  await store.write(asked!.data.key, 'video/mp4', Readable.from([Buffer.from(id)]))
  return () => harness.storeCopy(id)
}

/** What tells of an object on disk is no JSON any more. */
async function breakMetadata({ log }: CommandHarness, root: string, object_id: string): Promise<void> {
  const allocation = (await wholeLog(log)).find(
    (event) => event.type === 'ObjectAllocated' && event.data.object_id === object_id,
  )
  if (allocation?.type !== 'ObjectAllocated') throw new Error('it was allocated')
  await writeFile(join(objectDirectory(root, allocation.data.key), 'metadata.json'), '{')
}

describe('objects that were registered without size and checksums', () => {
  it('get them from their storage backend, once', () =>
    withMedia(async (harness) => {
      await registeredFirst(harness, 'a', 'b')
      await harness.register('hd', { ...segment('a'), ts_offset: '2:0' })
      const { counts, stop } = await measuring(harness)
      await expect.poll(() => counts).toEqual({ recorded: 2 })
      await stop()
      expect(await recordedOf(harness, 'a')).toEqual(factsOf('a'))
      expect(await recordedOf(harness, 'b')).toEqual(factsOf('b'))

      await registeredFirst(harness, 'c')
      const again = await measuring(harness)
      await expect.poll(() => again.counts).toEqual({ recorded: 1 })
      await again.stop()
    }))

  it('are left where nothing was uploaded, and counted', () =>
    withMedia(async (harness) => {
      await harness.allocate('hd', 'a')
      await harness.register('hd', segment('a'))
      const { counts, stop } = await measuring(harness)
      await expect.poll(() => counts).toEqual({ absent: 1 })
      await stop()
      expect(await recordedOf(harness, 'a')).toBeUndefined()
    }))

  it('are none where the store knew of the upload by heart, or where the object is nowhere here', () =>
    withMedia(async (harness) => {
      await harness.allocate('hd', 'a')
      await harness.upload('a')
      await harness.register('hd', segment('a'))
      expect(await recordedOf(harness, 'a')).toEqual(factsOf('a'))
      await harness.register('hd', { ...segment('far'), get_urls: [{ label: 'web', url: 'https://a/' }] })
      await registeredFirst(harness, 'last')
      const { counts, stop } = await measuring(harness)
      await expect.poll(() => counts).toEqual({ recorded: 1 })
      await stop()
    }))

  it('get them from a copy, where that is the first instance here', () =>
    withMedia(async (harness) => {
      const { counts, stop } = await measuring(harness)
      const makeCopy = await requestedCopy(harness, 'far')
      await makeCopy()
      await expect.poll(() => counts).toEqual({ recorded: 1 })
      await stop()
      expect(await recordedOf(harness, 'far')).toEqual(factsOf('far'))
    }))

  it('wait for their storage backend, and not for another', () =>
    withMedia(async (harness, folder) => {
      await registeredFirst(harness, 'a')
      const makeCopy = await requestedCopy(harness, 'far')
      await makeCopy()
      const away = directory(folder, BACKEND_LABEL)
      await rename(away, `${away}.away`)

      const { counts, lines, stop } = await measuring(harness)
      await expect.poll(() => counts).toEqual({ recorded: 1 })
      expect(await recordedOf(harness, 'far')).toEqual(factsOf('far'))
      await expect.poll(() => lines.join()).toContain('the media store failed with ENOENT')
      await rename(`${away}.away`, away)
      await expect.poll(() => counts).toEqual({ recorded: 2 })
      await stop()
      expect(await recordedOf(harness, 'a')).toEqual(factsOf('a'))
    }))

  it('are left where they keep failing while their storage backend is well', () =>
    withMedia(async (harness, folder) => {
      await registeredFirst(harness, 'a', 'b')
      await breakMetadata(harness, directory(folder, BACKEND_LABEL), 'a')
      const { counts, lines, stop } = await measuring(harness)
      await expect.poll(() => counts).toEqual({ recorded: 1, failed: 1 })
      await stop()
      expect(lines.join()).toContain('objects could not be measured, and are left')
      expect(await recordedOf(harness, 'b')).toEqual(factsOf('b'))
    }))

  it('keep nobody from stopping while their storage backend says nothing', () =>
    withMedia(async (harness) => {
      await registeredFirst(harness, 'a')
      let asked = 0
      const server = await startSmallS3({
        buckets: [BUCKET],
        fault: () => {
          asked += 1
          return 'silence'
        },
      })
      const store = await openStoreOn(server)
      const backends = harness.services.storageBackends.all.map((backend) => ({ ...backend, store }))
      const silent: CommandServices = { ...harness.services, storageBackends: storageBackends(backends) }
      const { counts, stop } = await measuring({ log: harness.log, services: silent })
      await expect.poll(() => asked).toBeGreaterThan(0)
      await stop()
      expect(counts).toEqual({})
      store.close()
      await server.kill()
    }))

  it('wait until their storage backend is configured', () =>
    withMedia(async (harness) => {
      await registeredFirst(harness, 'a')
      const none: CommandServices = { ...harness.services, storageBackends: storageBackends([]) }
      const blind = await measuring({ log: harness.log, services: none })
      await blind.stop()
      const { counts, stop } = await measuring(harness)
      await expect.poll(() => counts).toEqual({ recorded: 1 })
      await stop()
    }))
})
