import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { streamName } from '../../../../contracts/events/stream-name.ts'
import { newMediaKey } from '../../../../services/adapters/media-store/media-key.ts'
import { commandContext } from '../../../../services/commands/event-context.ts'
import type { Report } from '../../../../services/reconciling/finding.ts'
import { reconcile } from '../../../../services/reconciling/reconcile.ts'
import type { ReconcileOptions } from '../../../../services/reconciling/reconcile-services.ts'
import { storageBackends } from '../../../../services/storage/storage-backends.ts'
import {
  BACKEND_ID,
  BACKEND_LABEL,
  type CommandHarness,
  openCommandHarness,
  SHELF_ID,
  SHELF_LABEL,
  wholeLog,
} from '../../../support/command-harness.ts'
import { videoFlow } from '../../../support/flow-metadata.ts'
import { randomCommands } from '../../../support/random-commands.ts'
import { dateObject, findingsIn, loseObject, takeAway, truncateObject } from '../../../support/reconciled.ts'
import { withFolder } from '../../../support/running-service.ts'

type Bench = {
  readonly harness: CommandHarness
  readonly disk: string
  readonly shelf: string
  run(options?: Partial<ReconcileOptions>, nowMs?: number): Promise<readonly Report[]>
  find(options?: Partial<ReconcileOptions>): Promise<readonly unknown[]>
}

const HOUR_MS = 3_600_000

const onBench = (use: (bench: Bench) => Promise<void>): Promise<void> =>
  withFolder(async (folder) => {
    const harness = await openCommandHarness(folder)
    await harness.putFlow(videoFlow('hd', 'camera'))
    const run: Bench['run'] = async (options = {}, nowMs = Date.now()) => {
      const services = {
        log: harness.log,
        commands: harness.services,
        catalogPath: join(folder, 'catalog.db'),
        now: () => nowMs,
      }
      const all = { repair: false, olderThanMs: HOUR_MS, force: false, ...options }
      const reports: Report[] = []
      for await (const report of reconcile(services, all)) reports.push(report)
      return reports
    }
    const [disk, shelf] = [BACKEND_LABEL, SHELF_LABEL].map((label) => join(folder, 'media', label))
    await use({
      harness,
      disk: disk ?? '',
      shelf: shelf ?? '',
      run,
      find: async (options) => findingsIn(await run(options)),
    })
    await harness.close()
  })

const storeOf = ({ services }: CommandHarness, storage_id: string) =>
  services.storageBackends.byId.get(storage_id)!.store

const write = (harness: CommandHarness, storage_id: string, key: string, text = 'media') =>
  storeOf(harness, storage_id).write(key, 'video/mp4', Readable.from([Buffer.from(text)]))

/** Objects with media that segments use, a second each. @returns their keys */
async function inUse(harness: CommandHarness, ...ids: string[]): Promise<string[]> {
  const outcome = await harness.allocate('hd', ...ids)
  if ('refused' in outcome) throw new Error(outcome.refused.reason)
  for (const { key } of outcome.allocated) await write(harness, BACKEND_ID, key)
  for (const object_id of ids) {
    // A second that is not taken yet.
    const second = await harness.log.head()
    await harness.register('hd', { object_id, timerange: `[${second}:0_${second + 1}:0)` })
  }
  return outcome.allocated.map(({ key }) => key)
}

/** A copy in the other backend. @returns its key */
async function copied(harness: CommandHarness, object_id: string, text?: string): Promise<string> {
  await harness.requestCopy(object_id)
  const key = await requestedKey(harness, object_id, SHELF_ID)
  await write(harness, SHELF_ID, key, text)
  await harness.storeCopy(object_id)
  return key
}

async function requestedKey({ log }: CommandHarness, object_id: string, storage_id: string): Promise<string> {
  const requests = (await wholeLog(log)).flatMap((event) =>
    event.type === 'InstanceRequested' && event.data.object_id === object_id ? [event.data] : [],
  )
  return requests.findLast((request) => request.storage_id === storage_id)?.key ?? 'none'
}

describe('a reconciliation', () => {
  it('finds nothing where all is well: in use, set aside, on its way, or on its way out', () =>
    onBench(async ({ harness, run }) => {
      await inUse(harness, 'a', 'b', 'going')
      await copied(harness, 'a')
      await harness.requestCopy('b')
      await harness.allocate('hd', 'set aside')
      await harness.deleteSegments('hd', '_', 'going')
      await harness.retire('going')
      const reports = await run({ olderThanMs: 0 })
      expect(reports).toEqual([
        summary(BACKEND_ID, BACKEND_LABEL, { objects: 3, size_bytes: 15 }),
        summary(SHELF_ID, SHELF_LABEL, { objects: 1, size_bytes: 5 }),
        { type: 'references', objects: 3, dangling_references: 0, uncounted_references: 0, left: 0 },
      ])
    }))

  it('tells media that is missing, and makes it anew where there is another instance', () =>
    onBench(async ({ harness, disk, find }) => {
      const [lost, copiedKey] = await inUse(harness, 'lost', 'copied', 'fine', 'finer')
      await copied(harness, 'copied')
      for (const key of [lost, copiedKey]) loseObject(disk, key!)
      const missing = { kind: 'missing', storage_id: BACKEND_ID, expected_bytes: 5 }
      const lostFinding = { ...missing, key: lost, object_id: 'lost', outcome: 'lost' }
      const open = { ...missing, key: copiedKey, object_id: 'copied', outcome: 'open' }
      expect(await find()).toEqual(inOrder([lostFinding, open]))

      expect(await find({ repair: true })).toEqual(inOrder([lostFinding, { ...open, outcome: 'settled' }]))
      expect(await requestedKey(harness, 'copied', BACKEND_ID)).toMatch(/^\d{4}\//)
      expect(await find({ repair: true })).toEqual([lostFinding])
    }))

  it('tells media of another size, and makes it anew from a whole instance only', () =>
    onBench(async ({ harness, disk, shelf, find }) => {
      const [alone, good, bad] = await inUse(harness, 'alone', 'good copy', 'bad copy', 'fine', 'finer')
      await copied(harness, 'good copy')
      truncateObject(shelf, await copied(harness, 'bad copy'), 2)
      for (const key of [alone, good, bad]) truncateObject(disk, key!, 1)
      const found = await find({ repair: true, storageIds: [BACKEND_ID] })
      const short = { kind: 'other_size', storage_id: BACKEND_ID, size_bytes: 1, expected_bytes: 5 }
      expect(found).toEqual(
        inOrder([
          { ...short, key: alone!, object_id: 'alone', outcome: 'lost' },
          { ...short, key: good!, object_id: 'good copy', outcome: 'settled' },
          { ...short, key: bad!, object_id: 'bad copy', outcome: 'lost' },
        ]),
      )
    }))

  it('tells bytes that nothing knows of once they are old, and removes them', () =>
    onBench(async ({ harness, disk, find }) => {
      const [known] = await inUse(harness, 'a', 'b', 'c')
      const [old, fresh] = [newMediaKey(Date.now()), newMediaKey(Date.now())]
      for (const key of [old, fresh]) await write(harness, BACKEND_ID, key, 'alien')
      for (const key of [old, known!]) dateObject(disk, key, Date.now() - 2 * HOUR_MS)
      const orphan = { kind: 'orphaned', storage_id: BACKEND_ID, key: old, size_bytes: 5 }
      expect(await find()).toEqual([{ ...orphan, outcome: 'open' }])
      expect(await find({ repair: true })).toEqual([{ ...orphan, outcome: 'settled' }])
      expect(await find({ repair: true })).toEqual([])
      const store = storeOf(harness, BACKEND_ID)
      const left = await Promise.all([old, fresh, known!].map(async (key) => Boolean(await store.head(key))))
      expect(left).toEqual([false, true, true])
    }))

  it('settles nothing in what seems to be the wrong folder, unless it is forced', () =>
    onBench(async ({ harness, find }) => {
      await inUse(harness, 'a')
      const aliens = [1, 2].map(() => newMediaKey(Date.now())).sort()
      for (const key of aliens) await write(harness, BACKEND_ID, key)
      const reason = expect.stringContaining('is it the right folder')
      const told = await find({ repair: true, olderThanMs: 0 })
      expect(told).toMatchObject(aliens.map((key) => ({ key, outcome: 'kept', reason })))
      const forced = await find({ repair: true, olderThanMs: 0, force: true })
      expect(forced).toMatchObject(aliens.map((key) => ({ key, outcome: 'settled' })))
    }))

  it('goes on with the others where a backend is away, and keeps what it cannot be sure of', () =>
    onBench(async ({ harness, disk, shelf, run }) => {
      const [key] = await inUse(harness, 'a', 'b', 'c')
      await copied(harness, 'a')
      loseObject(disk, key!)
      const bringBack = takeAway(shelf)
      const reports = await run({ repair: true })
      bringBack()
      expect(findingsIn(reports)).toMatchObject([
        { key, outcome: 'kept', reason: `its other instance is in ${SHELF_ID}, which is away` },
      ])
      expect(reports.filter(({ type }) => type === 'backend')).toMatchObject([
        { storage_id: BACKEND_ID, missing: 1, left: 1 },
        { storage_id: SHELF_ID, error: 'the media store failed with ENOENT' },
      ])
    }))

  it('tells of a backend that objects are in and the configuration does not name', () =>
    onBench(async ({ harness, run }) => {
      await inUse(harness, 'a')
      const { byId } = harness.services.storageBackends
      Object.assign(harness.services, { storageBackends: storageBackends([byId.get(SHELF_ID)!]) })
      const [, unknown] = await run()
      expect(unknown).toMatchObject({ storage_id: BACKEND_ID, error: expect.stringContaining('1 objects') })
    }))

  it('finds references that nothing holds, and releases them and what they keep', () =>
    onBench(async ({ harness, find }) => {
      await inUse(harness, 'a', 'b', 'kept for nothing')
      // As a log leaves it that was cut between a reference and its segment.
      await refer(harness, 'a', 2)
      await refer(harness, 'b', -1)
      await refer(harness, 'kept for nothing', 1)
      await harness.deleteSegments('hd', '_', 'kept for nothing')
      const keeping = { ...DANGLING, object_id: 'kept for nothing', counted: 1, uses: 0 }
      const dangling = { ...DANGLING, object_id: 'a', counted: 3, uses: 1 }
      const uncounted = { kind: 'uncounted_references', object_id: 'b', counted: 0, uses: 1, outcome: 'kept' }
      const found = (outcome: string) => [{ ...dangling, outcome }, uncounted, { ...keeping, outcome }]
      expect(await find()).toMatchObject(found('open'))
      expect(await find({ repair: true })).toMatchObject(found('settled'))
      expect(await find({ repair: true })).toMatchObject([uncounted])
      const retired = (await wholeLog(harness.log)).filter(({ type }) => type === 'ObjectRetired')
      expect(retired).toMatchObject([{ data: { object_id: 'kept for nothing' } }])
    }))

  it('finds no reference too many or too few after any history, and no key that nothing knows of', () =>
    fc.assert(
      fc.asyncProperty(randomCommands(60), (commands) =>
        onBench(async ({ harness, find }) => {
          for (const command of commands) await command(harness)
          // Nobody has uploaded anything.
          expect((await find()).filter((finding) => !isMissing(finding))).toEqual([])
        }),
      ),
      { numRuns: 5 },
    ))
})

const isMissing = (finding: unknown): boolean => (finding as { kind: string }).kind === 'missing'

const DANGLING = { kind: 'dangling_references' }

/** Writes to an object's stream what no command would. */
async function refer({ log, cache }: CommandHarness, object_id: string, count: number): Promise<void> {
  const data = { object_id, flow_id: 'hd', count: Math.abs(count) }
  const event =
    count > 0
      ? ({ type: 'ObjectReferenced', data: { ...data, role: 'media' } } as const)
      : ({ type: 'ObjectDereferenced', data } as const)
  const stream = streamName.object(object_id)
  await log.append(commandContext(randomUUID(), null), [{ stream, expectedRevision: 'any', events: [event] }])
  cache.forget(stream)
}

const summary = (storage_id: string, label: string, sums: { objects: number; size_bytes: number }) => ({
  type: 'backend',
  storage_id,
  label,
  ...sums,
  missing: 0,
  orphaned: 0,
  other_size: 0,
  left: 0,
})

/** Findings come in the order of keys. */
const inOrder = <T extends { readonly key?: string | undefined }>(findings: readonly T[]): readonly T[] =>
  findings.toSorted((a, b) => ((a.key ?? '') < (b.key ?? '') ? -1 : 1))
