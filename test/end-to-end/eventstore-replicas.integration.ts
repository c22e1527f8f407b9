import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { dumpCatalog } from '../support/dump-catalog.ts'
import { type ForkedEventStore, forkEventStore } from '../support/eventstore/fork-event-store.ts'
import { expectAll, produce, replicasOf, type SharedFlow, settled } from '../support/eventstore/replicas.ts'
import { temporaryFolder } from '../support/running-service.ts'
import { putFlow } from '../support/tams-requests.ts'

const PRODUCERS = Number(process.env['PRODUCERS'] ?? 200)
const FLOWS = 20
const KILL_EVERY_MS = 5_000
const FOR_MS = Number(process.env['FOR_MS'] ?? 60_000)

describe('two services on one EventStoreDB', () => {
  const folder = temporaryFolder()
  let server: ForkedEventStore
  beforeAll(async () => {
    server = await forkEventStore()
  })
  afterAll(async () => {
    await server.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  it(`keep every promise to ${PRODUCERS} producers, while one of them is killed again and again`, async () => {
    const replicas = replicasOf(folder, server.url, 2)
    const [killed, other] = replicas.all
    for (const replica of replicas.all) await replicas.start(replica)
    const flows: SharedFlow[] = await Promise.all(
      Array.from({ length: FLOWS }, async () => ({
        id: await putFlow(replicas.url(), {
          format: 'urn:x-nmos:format:data',
          essence_parameters: {},
          codec: 'text/plain',
          container: 'text/plain',
        }),
        acknowledged: new Map<string, string>(),
        next: 0,
      })),
    )

    let isOver = false
    const load = Promise.all(
      Array.from({ length: PRODUCERS }, (_, n) => produce(replicas, flows[n % FLOWS]!, () => isOver)),
    )
    load.catch(() => undefined)
    for (const end = Date.now() + FOR_MS; Date.now() < end; ) {
      await Promise.race([delay(KILL_EVERY_MS), load])
      const { service } = killed!
      killed!.service = undefined
      await service!.kill()
      await replicas.start(killed!)
    }
    isOver = true
    await load

    await settled(replicas)
    for (const flow of flows) await expectAll(replicas, flow)
    const acknowledged = flows.reduce((sum, flow) => sum + flow.acknowledged.size, 0)
    expect(acknowledged).toBeGreaterThan(PRODUCERS)
    process.stderr.write(`${acknowledged} segments were acknowledged\n`)
    for (const { service } of [killed!, other!]) expect(await service!.stop()).toBe(0)
    const [one, two] = replicas.all.map(({ dataDir }) => dumpCatalog(join(dataDir, 'catalog.db')))
    expect(one).toEqual(two)
  })
})
