import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { dumpCatalog } from '../support/dump-catalog.ts'
import { type RunningService, startService, temporaryFolder } from '../support/running-service.ts'
import { allocate, listSegments, putFlow, send } from '../support/tams-requests.ts'

const ROUNDS = 10
const PRODUCERS = 16
const SEGMENTS_PER_REQUEST = 3

/** A producer's flow, and what the service said is registered: object ids by timerange. */
type Producer = { readonly flow: string; readonly acknowledged: Map<string, string>; next: number }

describe('a service killed under load', () => {
  const folder = temporaryFolder()
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  it(`loses no acknowledged segment and doubles none, ${ROUNDS} times over`, async () => {
    let service = await startService(folder)
    const producers: Producer[] = await Promise.all(
      Array.from({ length: PRODUCERS }, async () => ({
        flow: await putFlow(service.url),
        acknowledged: new Map<string, string>(),
        next: 0,
      })),
    )

    for (let round = 0; round < ROUNDS; round++) {
      const before = total(producers)
      const load = producers.map((producer) => produce(service, producer))
      await expect.poll(() => total(producers), { timeout: 60_000 }).toBeGreaterThan(before + 20 + round * 17)
      await service.kill()
      await Promise.all(load)

      service = await startService(folder)
      for (const { flow, acknowledged } of producers) await expectAll(service, flow, acknowledged)
    }
    await service.stop()

    const kept = dumpCatalog(join(folder, 'catalog.db'))
    for (const suffix of ['', '-wal', '-shm']) rmSync(join(folder, `catalog.db${suffix}`), { force: true })
    expect(existsSync(join(folder, 'catalog.db'))).toBe(false)
    const rebuilt = await startService(folder)
    await rebuilt.stop()
    expect(dumpCatalog(join(folder, 'catalog.db'))).toEqual(kept)
    expect(total(producers)).toBeGreaterThan(ROUNDS * 20)
  })
})

/** Registers segment after segment until the service is gone, and notes what it was told is there. */
async function produce(service: RunningService, producer: Producer): Promise<void> {
  try {
    for (;;) {
      const objects = await allocate(service.url, producer.flow, SEGMENTS_PER_REQUEST)
      const segments = objects.map(({ object_id }) => {
        const start = producer.next++
        return { object_id, timerange: `[${start}:0_${start + 1}:0)` }
      })
      const { status } = await send(`${service.url}/flows/${producer.flow}/segments`, 'POST', segments)
      if (status !== 201) throw new Error(`segments answered ${status}`)
      for (const { object_id, timerange } of segments) producer.acknowledged.set(timerange, object_id)
    }
  } catch (error) {
    if (service.process.exitCode === null && service.process.signalCode === null && !isCutOff(error))
      throw error
  }
}

const isCutOff = (error: unknown): boolean => error instanceof TypeError

async function expectAll(
  service: RunningService,
  flow: string,
  acknowledged: ReadonlyMap<string, string>,
): Promise<void> {
  const listed = await listSegments(service.url, flow, '?limit=1000')
  const timeranges = listed.map(({ timerange }) => timerange)
  expect(new Set(timeranges).size).toBe(timeranges.length)
  const byTimerange = new Map(listed.map(({ timerange, object_id }) => [timerange, object_id]))
  for (const [timerange, object_id] of acknowledged) expect(byTimerange.get(timerange)).toBe(object_id)
  // What was asked for together and got no answer is there wholly or not at all.
  expect(listed.length % SEGMENTS_PER_REQUEST).toBe(0)
}

const total = (producers: readonly Producer[]): number =>
  producers.reduce((sum, { acknowledged }) => sum + acknowledged.size, 0)
