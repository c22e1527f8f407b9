import { setTimeout as delay } from 'node:timers/promises'
import { putFlow } from '../../support/tams-requests.ts'
import { type Bench, startOn } from '../bench.ts'
import { startVast } from '../processes/vast-process.ts'
import { BUDGETS } from '../report/budgets.ts'
import { type Budget, rowOf } from '../report/row.ts'
import { addMemory } from './memory-rows.ts'
import { seedFlow } from './seed-flows.ts'

/** Looking takes the service some milliseconds. */
const LOOK_EVERY_MS = 200

type Case = {
  readonly dataDirectory: string
  /** How many segments use one object. */
  readonly perObject: number
  readonly objects: string
  readonly budget?: Budget
}

const CASES: readonly Case[] = [
  { dataDirectory: 'projector', perObject: 1, objects: 'an object each' },
  {
    dataDirectory: 'projector-shared',
    perObject: 100,
    objects: 'an object for a hundred',
    budget: BUDGETS.projection,
  },
]

/**
 * A service whose log has segments already meets an empty VAST DB: from its word that it is ready until the tables
 * include all of the log. Objects are rows as well.
 */
export async function measureProjector(bench: Bench): Promise<void> {
  for (const each of CASES) await measure(bench, each)
}

async function measure(bench: Bench, { dataDirectory, perObject, objects, budget }: Case): Promise<void> {
  const count = bench.scale.projectedSegments
  const what = `${count.toLocaleString('en')} segments, ${objects}`
  const seeding = await startOn(bench, dataDirectory)
  await seedFlow(bench, seeding.origin, await putFlow(seeding.origin), count, perObject)
  await seeding.stop()
  bench.progress.say(`projector: ${what}`)
  const rates: number[] = []
  const costs = { service: [] as number[], server: [] as number[] }
  for (let round = 0; round < bench.scale.rebuilds; round++) {
    const vast = await startVast()
    const started = performance.now()
    const service = await startOn(bench, dataDirectory, vast.environment)
    const cpuOf = () => ({ service: service.cpuSeconds() ?? 0, server: vast.cpuSeconds() ?? 0 })
    const before = cpuOf()
    while ((await lagOf(service.origin)) !== 0) await delay(LOOK_EVERY_MS)
    rates.push(count / ((performance.now() - started) / 1000 - service.readySeconds))
    const after = cpuOf()
    for (const who of ['service', 'server'] as const)
      costs[who].push(((after[who] - before[who]) / count) * 1e6)
    if (round === 0) await addMemory(bench, service, `projecting ${what}`)
    await service.stop()
    await vast.stop()
  }
  const label = { scenario: 'projector', what: `${what}, to VAST DB`, unit: 'segments/s' }
  bench.add(rowOf({ ...label, ...(budget && { budget }) }, rates))
  if (process.platform !== 'linux') return
  for (const who of ['service', 'server'] as const) {
    const told = `processor time a segment, ${who}; ${objects}`
    bench.add(rowOf({ scenario: 'projector', what: told, unit: 'µs' }, costs[who]))
  }
}

/** Read as metrics, for the server is busy. */
async function lagOf(origin: string): Promise<number | undefined> {
  const text = await (await fetch(`${origin}/metrics`)).text()
  const lag = /^framelog_vast_lag_events (\d+)$/m.exec(text)?.[1]
  return lag === undefined ? undefined : Number(lag)
}
