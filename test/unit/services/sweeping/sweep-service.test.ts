import { mkdir, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { pino } from 'pino'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startSweeping } from '../../../../services/sweeping/sweep-service.ts'
import { type FakeClock, fakeClock } from '../../../support/fake-clock.ts'
import { type MediaServer, startMediaServer } from '../../../support/media-server.ts'
import { type S3StoreOnServer, startS3Store } from '../../../support/s3/s3-store.ts'
import { type S3Fault, startSmallS3 } from '../../../support/s3/small-s3.ts'

/** Before S3 is said to be down, it is asked three times. */
const SOON = { timeout: 60_000 }
const DAY_MS = 24 * 60 * 60 * 1000
const ENDED = 'half uploads were ended'
const NOT_ENDED = 'half uploads could not be ended; they are looked for again in a day'

describe('sweeping half uploads', () => {
  let folder: MediaServer
  let s3: S3StoreOnServer
  let fault: S3Fault | undefined
  let asked: number
  let lines: Record<string, unknown>[]
  let ended: [string, number][]
  let clock: FakeClock
  beforeEach(async () => {
    fault = undefined
    lines = []
    ended = []
    clock = fakeClock(Date.now())
    folder = await startMediaServer()
    asked = 0
    s3 = await startS3Store((_directory, buckets) =>
      startSmallS3({
        buckets,
        fault: () => {
          asked += 1
          return fault
        },
      }),
    )
  })
  afterEach(async () => {
    await folder.close()
    await s3.close()
  })

  const start = () =>
    startSweeping({
      backends: [
        { id: 'folder', store: folder.store },
        { id: 's3', store: s3.store },
      ],
      logger: pino({ level: 'debug' }, { write: (line) => lines.push(JSON.parse(line)) }),
      ended: (storage_id, count) => ended.push([storage_id, count]),
      clock,
    })
  const leaveInFolder = async (name: string) => {
    const path = join(folder.directory, '.uploads', name)
    await mkdir(path)
    const longAgo = new Date(Date.now() - DAY_MS - 60_000)
    await utimes(path, longAgo, longAgo)
  }
  const ofBackend = (storage_id: string) =>
    ended.filter(([id]) => id === storage_id).map(([, count]) => count)
  const told = (msg: string) =>
    lines
      .filter((line) => line['msg'] === msg)
      .map(({ level, storage_id, count }) => ({ level, storage_id, count }))
  const aDayLater = () => clock.moveTo(clock.now() + DAY_MS)

  it('is done at the start and each day after, in each backend by itself', async () => {
    await leaveInFolder('first')
    await s3.halfUploads.leave(s3.store.newKey(Date.now(), 'today'))
    fault = { status: 503, code: 'SlowDown' }
    const sweeping = start()
    await expect.poll(() => ofBackend('folder'), SOON).toEqual([1])
    await expect.poll(() => told(NOT_ENDED), SOON).toEqual([{ level: 40, storage_id: 's3' }])
    expect(told(ENDED)).toEqual([{ level: 30, storage_id: 'folder', count: 1 }])
    fault = undefined

    await leaveInFolder('second')
    clock.moveTo(clock.now() + DAY_MS - 1)
    expect(ended).toHaveLength(1)
    clock.moveTo(clock.now() + 1)
    await expect.poll(() => ofBackend('folder'), SOON).toEqual([1, 1])
    await expect.poll(() => ofBackend('s3'), SOON).toEqual([0])
    // It is of today: no process that writes it need be dead.
    expect(await s3.halfUploads.count()).toBe(1)
    await sweeping.stop()
  })

  it('tells once that a right is missing, and again if it is taken away again', async () => {
    fault = { status: 403, code: 'AccessDenied' }
    const sweeping = start()
    const levels = () => told(NOT_ENDED).map(({ level }) => level)
    await expect.poll(levels, SOON).toEqual([40])
    await expect.poll(() => ofBackend('folder'), SOON).toEqual([0])
    for (const expected of [
      [40, 20],
      [40, 20, 20],
    ]) {
      aDayLater()
      await expect.poll(levels, SOON).toEqual(expected)
    }
    fault = undefined
    aDayLater()
    await expect.poll(() => ofBackend('s3'), SOON).toEqual([0])
    fault = { status: 403, code: 'AccessDenied' }
    aDayLater()
    await expect.poll(levels, SOON).toEqual([40, 20, 20, 40])
    await sweeping.stop()
  })

  it('stops though a backend does not answer', async () => {
    fault = 'silence'
    const sweeping = start()
    await expect.poll(() => asked, SOON).toBe(1)
    await sweeping.stop()
    expect([asked, told(NOT_ENDED)]).toEqual([1, []])
  })

  it('stops while it waits', async () => {
    const sweeping = start()
    await expect.poll(() => ended.length, SOON).toBe(2)
    await sweeping.stop()
    aDayLater()
    expect(ended).toHaveLength(2)
  })
})
