import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { ExpectStatic } from 'vitest'
import { fillFlowWithMedia, keysOf, unreadable } from '../support/flow-with-media.ts'
import { startService, temporaryFolder } from '../support/running-service.ts'
import type { RunningS3 } from '../support/s3/running-s3.ts'
import { s3Environment } from '../support/s3/s3-environment.ts'
import { BUCKET } from '../support/s3/s3-store.ts'
import { type S3Trouble, startTroubledS3 } from '../support/s3/troubled-s3.ts'
import { allocate, listSegments, putFlow, send } from '../support/tams-requests.ts'

/** An S3 server, and another way to what it has. */
export type S3WithMedia = {
  readonly server: RunningS3
  place(
    putUrl: { readonly url: string; readonly 'content-type': string },
    bytes: Buffer,
  ): void | Promise<void>
  keys(): readonly string[] | Promise<readonly string[]>
}

export type TroubledRun = {
  readonly start: (directory: string, buckets: readonly string[]) => Promise<S3WithMedia>
  readonly trouble: S3Trouble
  /** What the service's log says when purging has met it; absent: nothing. */
  readonly told?: RegExp
  /** How long it lasts at least, and until purging has met it. */
  readonly lastsMs: number
  /** Of the flow that is deleted meanwhile. */
  readonly segments: number
}

/** Others want the processor too. */
const CLIENT_PAUSE_MS = 50
const PATIENCE = { timeout: 150_000, interval: 100 }

/**
 * A flow is deleted while S3 is in trouble: all but its media goes at once, and its media when it can.
 * @param expect the test's own, as several may run at once
 */
export async function deleteInTrouble(
  expect: ExpectStatic,
  { start, trouble, told, lastsMs, segments }: TroubledRun,
): Promise<void> {
  const folder = temporaryFolder()
  const { server, place, keys } = await start(join(folder, 's3'), [BUCKET])
  const s3 = await startTroubledS3(server)
  const service = await startService(join(folder, 'data'), s3Environment(s3))
  const { url } = service
  try {
    const kept = await fillFlowWithMedia(url, { place }, 5)
    const gone = await fillFlowWithMedia(url, { place }, segments)
    expect(await keys()).toHaveLength(segments + 5)

    await s3.begin(trouble)
    const until = performance.now() + lastsMs
    const { status } = await send(`${url}/flows/${gone.flow_id}`, 'DELETE')
    expect([202, 204]).toContain(status)
    expect((await send(`${url}/flows/${gone.flow_id}`, 'GET')).status).toBe(404)

    const hasMet = () => (told ? told.test(service.log()) : s3.met() > 0)
    while (!hasMet() || performance.now() < until) {
      await readAndRegister(expect, url, kept.flow_id)
      await delay(CLIENT_PAUSE_MS)
    }
    await s3.end()

    const segmentsKept = await listSegments(url, kept.flow_id)
    await expect.poll(keys, PATIENCE).toEqual(keysOf(segmentsKept))
    expect(await unreadable(segmentsKept)).toEqual([])
    expect(service.process.exitCode).toBe(null)
  } finally {
    expect(await service.stop()).toBe(0)
    await s3.kill()
    rmSync(folder, { recursive: true, force: true })
  }
}

/** What clients do without S3. */
async function readAndRegister(expect: ExpectStatic, url: string, kept: string): Promise<void> {
  expect((await listSegments(url, kept)).map(({ get_urls }) => get_urls.length)).toEqual([1, 1, 1, 1, 1])
  expect((await send(`${url}/health`, 'GET')).status).toBe(200)
  const flow = await putFlow(url)
  const objects = await allocate(url, flow, 5)
  const segments = objects.map(({ object_id }, i) => ({ object_id, timerange: `[${i}:0_${i + 1}:0)` }))
  expect((await send(`${url}/flows/${flow}/segments`, 'POST', segments)).status).toBe(201)
  expect(await listSegments(url, flow)).toHaveLength(5)
}
