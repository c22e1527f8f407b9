import { setTimeout as delay } from 'node:timers/promises'
import { putFlow } from '../../support/tams-requests.ts'
import { type Bench, startOn } from '../bench.ts'
import { startVast } from '../processes/vast-process.ts'
import { rowOf } from '../report/row.ts'
import { addMemory } from './memory-rows.ts'
import { seedFlow } from './seed-flows.ts'

const DATA_DIRECTORY = 'projector'
const LOOK_EVERY_MS = 50

/**
 * A service whose log has segments already meets an empty VAST DB: from its word that it is ready until the tables
 * include all of the log. Each segment has an object of its own, whose row is written as well.
 */
export async function measureProjector(bench: Bench): Promise<void> {
  const count = bench.scale.projectedSegments
  const seeding = await startOn(bench, DATA_DIRECTORY)
  await seedFlow(bench, seeding.origin, await putFlow(seeding.origin), count)
  await seeding.stop()
  bench.progress.say(`projector: ${count.toLocaleString('en')} segments`)
  const rates: number[] = []
  const costs = { service: [] as number[], server: [] as number[] }
  for (let round = 0; round < bench.scale.rebuilds; round++) {
    const vast = await startVast()
    const started = performance.now()
    const service = await startOn(bench, DATA_DIRECTORY, vast.environment)
    const cpuOf = () => ({ service: service.cpuSeconds() ?? 0, server: vast.cpuSeconds() ?? 0 })
    const before = cpuOf()
    while ((await lagOf(service.origin)) !== 0) await delay(LOOK_EVERY_MS)
    rates.push(count / ((performance.now() - started) / 1000 - service.readySeconds))
    const after = cpuOf()
    for (const who of ['service', 'server'] as const)
      costs[who].push(((after[who] - before[who]) / count) * 1e6)
    if (round === 0) await addMemory(bench, service, `projecting ${count.toLocaleString('en')} segments`)
    await service.stop()
    await vast.stop()
  }
  const what = `${count.toLocaleString('en')} segments, and as many objects, to VAST DB`
  bench.add(rowOf({ scenario: 'projector', what, unit: 'segments/s' }, rates))
  if (process.platform !== 'linux') return
  for (const who of ['service', 'server'] as const) {
    const label = { scenario: 'projector', what: `processor time a segment, ${who}`, unit: 'µs' }
    bench.add(rowOf(label, costs[who]))
  }
}

/** Read as metrics, for the server is busy. */
async function lagOf(origin: string): Promise<number | undefined> {
  const text = await (await fetch(`${origin}/metrics`)).text()
  const lag = /^framelog_vast_lag_events (\d+)$/m.exec(text)?.[1]
  return lag === undefined ? undefined : Number(lag)
}
