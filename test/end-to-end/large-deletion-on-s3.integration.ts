import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import type { DeletionRequest } from '../../contracts/resources/deletion-request.ts'
import { openSqliteEventLog } from '../../services/adapters/event-log/sqlite/open-sqlite-event-log.ts'
import { fillFlowWithMedia, keysOf, register, segmentAt, unreadable } from '../support/flow-with-media.ts'
import { versitygwOnDisk } from '../support/media-on-disk.ts'
import { type RunningService, startService, temporaryFolder } from '../support/running-service.ts'
import { s3Environment } from '../support/s3/s3-environment.ts'
import { BUCKET } from '../support/s3/s3-store.ts'
import { hasVersitygw, startVersitygw } from '../support/s3/versitygw.ts'
import { listSegments, putFlow, send, videoFlow } from '../support/tams-requests.ts'

/** Of the whole size that is promised, 100,000, a run takes minutes. */
const SEGMENTS = Number(process.env['DELETED_SEGMENTS'] ?? 20_000)
const SHARED = 1_000
const KILLS = 10
const EVENTS_PER_PAGE = 5_000
const PATIENCE = { timeout: 600_000, interval: 20 }
const TIMEOUT_MS = 1_800_000

describe.skipIf(!hasVersitygw())(`a deletion of ${SEGMENTS} segments with their media on S3`, () => {
  const folder = temporaryFolder()
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  it(`is seen at once, and ends the same though the service is killed ${KILLS} times`, {
    timeout: TIMEOUT_MS,
  }, async () => {
    const s3 = await startVersitygw(join(folder, 's3'), [BUCKET])
    const bucket = versitygwOnDisk(join(folder, 's3'))
    const start = () => startService(join(folder, 'data'), s3Environment(s3))
    let service = await start()
    const { flow_id, object_ids } = await fillFlowWithMedia(service.url, bucket, SEGMENTS)
    const copy = await putFlow(service.url)
    const shared = Array.from({ length: SHARED }, (_, i) => Math.floor((i * SEGMENTS) / SHARED))
    await register(
      service.url,
      copy,
      shared.map((second) => segmentAt(object_ids[second]!, second)),
    )
    const kept = await listSegments(service.url, copy, '?limit=1000')
    expect(bucket.keys()).toHaveLength(SEGMENTS)

    const accepted = await send(`${service.url}/flows/${flow_id}`, 'DELETE')

    expect(accepted.status).toBe(202)
    const { id } = accepted.body as DeletionRequest
    const expectGone = async () => {
      expect((await send(`${service.url}/flows/${flow_id}`, 'GET')).status).toBe(404)
      expect((await send(`${service.url}/flows`, 'GET')).body).toMatchObject([{ id: copy }])
      expect(await listSegments(service.url, flow_id)).toEqual([])
      for (const second of [shared[0]!, shared[SHARED - 1]!]) {
        const { body } = await send(`${service.url}/objects/${object_ids[second]}`, 'GET')
        expect(body).toMatchObject({ referenced_by_flows: [copy] })
      }
      expect(await flowsOf(service, object_ids.at(-1)!)).toEqual([])
    }
    await expectGone()

    const request = async () =>
      (await send(`${service.url}/flow-delete-requests/${id}`, 'GET')).body as DeletionRequest
    const whole = SEGMENTS + (SEGMENTS - SHARED)
    /** Segments that are deleted, and objects that are purged. */
    const progress = async () => secondsDone(await request()) + SEGMENTS - bucket.keys().length
    for (let kill = 0; kill < KILLS; kill++) {
      const before = await progress()
      // Somewhere in twice the share that is this kill's of what is left.
      const share = (2 * Math.random() * (whole - before)) / (KILLS - kill + 1)
      await expect.poll(progress, PATIENCE).toBeGreaterThanOrEqual(Math.min(before + 1 + share, whole))
      await service.kill()
      service = await start()
      await expectGone()
    }

    await expect.poll(async () => (await request()).status, PATIENCE).toBe('done')
    await expect.poll(() => bucket.keys().length, PATIENCE).toBeLessThanOrEqual(SHARED)
    expect(bucket.keys()).toEqual(keysOf(kept))
    const left = await listSegments(service.url, copy, '?limit=1000')
    expect(left.map(({ object_id }) => object_id)).toEqual(shared.map((second) => object_ids[second]))
    expect(await unreadable(left)).toEqual([])
    const put = await send(`${service.url}/flows/${flow_id}`, 'PUT', videoFlow({ id: flow_id }))
    expect(put.status).toBe(201)
    expect(await listSegments(service.url, flow_id)).toEqual([])
    expect(await service.stop()).toBe(0)
    await s3.kill()
    await expectToldOnce(join(folder, 'data/events.db'), object_ids, new Set(shared))
  })
})

/** None of an object that is not known any more. */
async function flowsOf({ url }: RunningService, object_id: string): Promise<readonly string[]> {
  const { status, body } = await send(`${url}/objects/${object_id}`, 'GET')
  return status === 404 ? [] : (body as { referenced_by_flows: readonly string[] }).referenced_by_flows
}

/** Segments are a second each, and are deleted from the first to the last. */
function secondsDone({ status, timerange_remaining }: DeletionRequest): number {
  if (status === 'done') return SEGMENTS
  return Number(timerange_remaining?.match(/^\[(\d+):0_/)?.[1] ?? 0)
}

/** The log tells of each object once what became of it, and of those in use nothing. */
async function expectToldOnce(
  path: string,
  object_ids: readonly string[],
  shared: ReadonlySet<number>,
): Promise<void> {
  const told = { ObjectRetired: new Map<string, number>(), ObjectPurged: new Map<string, number>() }
  const log = openSqliteEventLog({ path })
  for (let after = 0; ; ) {
    const events = await log.readAll(after, EVENTS_PER_PAGE)
    for (const { type, data } of events) {
      if (type !== 'ObjectRetired' && type !== 'ObjectPurged') continue
      told[type].set(data.object_id, (told[type].get(data.object_id) ?? 0) + 1)
    }
    if (events.length === 0) break
    after = events.at(-1)!.position
  }
  await log.close()
  const orphans = object_ids.filter((_, second) => !shared.has(second))
  const once = new Map(orphans.map((object_id) => [object_id, 1]))
  expect(told).toEqual({ ObjectRetired: once, ObjectPurged: once })
}
