import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, describe, expect, it } from 'vitest'
import { openSqliteEventLog } from '../../services/adapters/event-log/sqlite/open-sqlite-event-log.ts'
import { soundModelOf } from '../support/command-harness.ts'
import { dumpCatalog } from '../support/dump-catalog.ts'
import { type RunningService, startService, temporaryFolder } from '../support/running-service.ts'
import { allocate, listSegments, putFlow, send } from '../support/tams-requests.ts'

const PRODUCERS = 200
/** Few, so that many write the same one. */
const FLOWS = 10
const FOR_MS = 60_000
const KILL_EVERY_MS = 5_000
/** What is registered again after an answer that nobody heard: by then it is there, or another's is. */
const ANSWERS = [200, 201, 400, 409, 503]

type Replica = { service: RunningService | undefined; readonly start: () => Promise<RunningService> }
/** Object ids by timerange, of each flow. */
type Acknowledged = Map<string, Map<string, string>>

describe('two replicas on one log', () => {
  const folder = temporaryFolder()
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  const replicaAt = (name: string): Replica => {
    const data = join(folder, name)
    const environment = { LOG_DIR: join(folder, 'log'), ANALYTICS_ENABLED: 'false' }
    return { service: undefined, start: () => startService(data, environment) }
  }

  it(`keep all that is acknowledged, and no overlap, though one is killed every ${KILL_EVERY_MS / 1000} s`, async () => {
    const replicas = [replicaAt('one'), replicaAt('other')]
    for (const replica of replicas) replica.service = await replica.start()
    const flows = await Promise.all(Array.from({ length: FLOWS }, () => putFlow(urlOf(replicas[0]!)!)))
    const acknowledged: Acknowledged = new Map(flows.map((flow) => [flow, new Map()]))
    const taken = new Map(flows.map((flow) => [flow, 0]))
    const over = AbortSignal.timeout(FOR_MS)
    let contested = 0

    /** Two producers try for each place in a flow, so that some of it is refused to one of them. */
    async function produce(producer: number): Promise<void> {
      const flow = flows[producer % FLOWS]!
      let mine = 0
      while (!over.aborted) {
        const url = urlOf(replicas[Math.floor(Math.random() * 2)]!)
        if (url === undefined) {
          await delay(50)
          continue
        }
        try {
          const [object] = await allocate(url, flow, 1)
          const next = taken.get(flow)!
          if (producer % 2 === 0) taken.set(flow, next + 1)
          const start = mine === next ? next + 1 : next
          mine = start
          const segment = { object_id: object!.object_id, timerange: `[${start}:0_${start + 1}:0)` }
          const { status } = await send(`${url}/flows/${flow}/segments`, 'POST', segment)
          if (!ANSWERS.includes(status)) throw new Error(`segments answered ${status}`)
          if (status === 201) acknowledged.get(flow)!.set(segment.timerange, segment.object_id)
          else contested++
        } catch (error) {
          if (!isCutOff(error)) throw error
          await delay(20)
        }
      }
    }

    async function killNowAndThen(): Promise<number> {
      for (let kills = 0; ; kills++) {
        await delay(KILL_EVERY_MS, undefined, { signal: over }).catch(() => undefined)
        if (over.aborted) return kills
        const replica = replicas[kills % 2]!
        const { service } = replica
        replica.service = undefined
        await service?.kill()
        replica.service = await replica.start()
      }
    }

    const [kills] = await Promise.all([
      killNowAndThen(),
      ...Array.from({ length: PRODUCERS }, (_, producer) => produce(producer)),
    ])

    expect(kills).toBeGreaterThan(1)
    expect(contested).toBeGreaterThan(0)
    const total = [...acknowledged.values()].reduce((sum, { size }) => sum + size, 0)
    expect(total).toBeGreaterThan(FLOWS * 10)
    for (const [flow, segments] of acknowledged) {
      const listings = await Promise.all(
        replicas.map(({ service }) => listSegments(service!.url, flow, '?limit=1000')),
      )
      const [listed, other] = listings.map((each) =>
        each.map(({ timerange, object_id }) => [timerange, object_id]),
      )
      expect(other).toEqual(listed)
      expect(new Map(listed as [string, string][])).toEqual(
        new Map([...(listed as [string, string][]), ...segments]),
      )
      expect(new Set(listed!.map(([timerange]) => timerange)).size).toBe(listed!.length)
    }
    for (const { service } of replicas) expect(await service!.stop()).toBe(0)
    // Tells each event again: no segments overlap, every reference is counted once.
    const log = openSqliteEventLog({ path: join(folder, 'log', 'events.db') })
    await soundModelOf(log)
    await log.close()
    // Whoever was stopped first starts again, to see what the other wrote since.
    for (const { start } of replicas) await (await start()).stop()
    const [one, other] = ['one', 'other'].map((name) => dumpCatalog(join(folder, name, 'catalog.db')))
    for (const [table, rows] of Object.entries(one!)) expect(other![table], table).toEqual(rows)
  })
})

const urlOf = ({ service }: Replica): string | undefined => service?.url

/** fetch's own error, whatever cut it off; or storage that could not be allocated just then. */
const isCutOff = (error: unknown): boolean =>
  error instanceof TypeError || (error instanceof Error && /answered 503/.test(error.message))
