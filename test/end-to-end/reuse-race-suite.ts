import { rmSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { FailedSegments } from '../../contracts/resources/flow-segment.ts'
import {
  type FlowWithMedia,
  fillFlowWithMedia,
  keysOf,
  segmentAt,
  unreadable,
} from '../support/flow-with-media.ts'
import type { MediaOnDisk } from '../support/media-on-disk.ts'
import { type RunningService, startService, temporaryFolder } from '../support/running-service.ts'
import { listSegments, putFlow, send, type TamsAnswer } from '../support/tams-requests.ts'

/** Where the service keeps its media, and how to see what is there. */
export type RaceStore = {
  readonly media: MediaOnDisk
  /** Variables that make the service keep its media there. */
  readonly environment: Record<string, string>
  close(): Promise<void>
}

export type RaceSize = { readonly rounds: number; readonly segments: number; readonly clients: number }

/** More than one client's, so that their batches meet; few enough to fit between two chunks of a deletion. */
const MOST_A_BATCH = 8
/** Objects that are used again before the deletion, and as many that are not until it is done. */
const FEW = 10
const PATIENCE = { timeout: 120_000, interval: 50 }

/** What holds wherever media is kept, when a flow is deleted while others still use its objects. */
export const reuseRaceSuite = (
  name: string,
  openStore: (folder: string) => Promise<RaceStore>,
  { rounds, segments, clients }: RaceSize,
) =>
  describe(`objects that are used again while their flow is deleted, on ${name}`, () => {
    const folder = temporaryFolder()
    let store: RaceStore
    let service: RunningService
    beforeAll(async () => {
      store = await openStore(folder)
      service = await startService(`${folder}/data`, { DELETE_WAIT_MS: '0', ...store.environment })
    })
    afterAll(async () => {
      await service.stop()
      await store.close()
      rmSync(folder, { recursive: true, force: true })
    })

    it('are kept where that came first, and gone where it came too late', async () => {
      const reuses: Reuse[] = []
      for (let round = 0; round < rounds; round++) {
        const flow = await fillFlowWithMedia(service.url, store.media, segments)
        const copy = await putFlow(service.url)
        const tries = shuffled(segments)
        const [before, after] = [tries.splice(0, FEW), tries.splice(0, FEW)]
        const kept = await reuse(service.url, copy, flow, before)
        expect(kept).toHaveLength(FEW)
        const deletion = deleteWhole(service.url, flow.flow_id)
        const reusing = Array.from({ length: clients }, () => reuse(service.url, copy, flow, tries))
        reuses.push({ copy, kept: [kept, ...(await Promise.all(reusing))].flat() })
        await deletion
        expect(await reuse(service.url, copy, flow, after)).toEqual([])
      }

      const listed = await Promise.all(
        reuses.map(({ copy }) => listSegments(service.url, copy, '?limit=1000')),
      )
      for (const [round, { kept }] of reuses.entries()) {
        expect(listed[round]!.map(({ object_id }) => object_id).sort()).toEqual([...kept].sort())
      }
      const all = listed.flat()
      await expect.poll(() => store.media.keys().length, PATIENCE).toBeLessThanOrEqual(all.length)
      expect(store.media.keys()).toEqual(keysOf(all))
      expect(await unreadable(all)).toEqual([])
    })
  })

/** A flow, and the objects that were acknowledged to be used in it. */
type Reuse = { readonly copy: string; readonly kept: readonly string[] }

/** Deletes a flow. @returns when all of its segments are */
async function deleteWhole(url: string, flow_id: string): Promise<void> {
  const { status, body } = await send(`${url}/flows/${flow_id}`, 'DELETE')
  if (status === 204) return
  expect(status).toBe(202)
  const request = `${url}/flow-delete-requests/${(body as { id: string }).id}`
  await expect.poll(async () => (await send(request, 'GET')).body, PATIENCE).toMatchObject({ status: 'done' })
}

/**
 * Registers objects of a flow in another one, a few a request, until none are left to try.
 * @param tries seconds of the flow: each is taken by one client
 * @returns the objects that the service said it has in the other flow
 */
async function reuse(
  url: string,
  copy: string,
  { object_ids }: FlowWithMedia,
  tries: number[],
): Promise<readonly string[]> {
  const kept: string[] = []
  while (tries.length > 0) {
    const batch = tries.splice(0, 1 + Math.floor(Math.random() * MOST_A_BATCH))
    const ids = batch.map((second) => object_ids[second]!)
    const segments = batch.map((second) => segmentAt(object_ids[second]!, second))
    const body = segments.length === 1 ? segments[0] : segments
    const answer = await send(`${url}/flows/${copy}/segments`, 'POST', body)
    const lost = new Set(lostOf(answer, ids))
    kept.push(...ids.filter((object_id) => !lost.has(object_id)))
  }
  return kept
}

/** The objects that an answer refuses: because they were deleted, and for nothing else. */
function lostOf({ status, body }: TamsAnswer, asked: readonly string[]): readonly string[] {
  if (status === 201) return []
  if (status === 400) {
    expect(body).toMatchObject({ type: 'object_retired' })
    return asked
  }
  expect(status).toBe(200)
  const { failed_segments } = body as FailedSegments
  return failed_segments.map(({ object_id, error }) => {
    expect(error).toMatchObject({ type: 'object_retired' })
    return object_id
  })
}

/** The numbers from 0 up to `count`, in any order. */
function shuffled(count: number): number[] {
  const numbers = Array.from({ length: count }, (_, i) => i)
  return numbers.sort(() => Math.random() - 0.5)
}
