import { setTimeout as delay } from 'node:timers/promises'
import { type Bench, startOn } from '../bench.ts'
import { WrongAnswer } from '../load/exchange.ts'
import type { ServiceProcess } from '../processes/service-process.ts'
import { BUDGETS } from '../report/budgets.ts'
import { rowOf } from '../report/row.ts'
import { ascending, percentile, ratiosOf } from '../statistics.ts'
import { flowIdAt } from '../tams/library.ts'
import { addMemory } from './memory-rows.ts'
import { seedSegments } from './seed-segments.ts'

const VIEWS: Readonly<Record<string, string>> = {
  'flow usage': '/analytics/flow-usage',
  'storage usage': '/analytics/storage-usage',
  'time ranges': '/analytics/time-range-analysis',
  'time ranges of a flow': `/analytics/time-range-analysis?flow_id=${flowIdAt(0)}`,
  summary: '/analytics/catalog-summary',
}

/** Views of more and more segments, which have to cost the same, and the export of all segments. */
export async function measureAnalytics(bench: Bench): Promise<void> {
  const sizes = bench.scale.flowSizes
  const medians: (readonly number[])[][] = []
  for (const count of sizes) {
    const directory = `analytics-${count}`
    await seedSegments(bench, directory, count)
    const service = await startOn(bench, directory)
    try {
      await measureBuilding(bench, service, count)
      medians.push(await measureViews(bench, service, count))
      await measureExport(bench, service, count)
      await addMemory(bench, service, `exporting ${named(count)}`)
    } finally {
      await service.stop()
    }
  }
  for (const [index, name] of Object.keys(VIEWS).entries()) {
    const what = `${name}: latency at ${named(sizes.at(-1)!)} by that at ${named(sizes[0]!)}`
    const label = { scenario: 'analytics', what, unit: 'x', budget: BUDGETS.flatness }
    bench.add(rowOf(label, ratiosOf(medians.at(-1)![index]!, medians[0]![index]!)))
  }
}

const named = (count: number): string => `${count.toLocaleString('en')} segments`

/** The views are built beside the catalog, from the whole log. */
async function measureBuilding(bench: Bench, { origin }: ServiceProcess, count: number): Promise<void> {
  bench.progress.say(`analytics: views of ${named(count)}`)
  const started = performance.now()
  for (;;) {
    const { log_position } = (await (await fetch(`${origin}/health`)).json()) as { log_position: number }
    const response = await fetch(`${origin}/analytics/flow-usage`)
    await response.arrayBuffer()
    if (Number(response.headers.get('framelog-position')) === log_position) break
    await delay(50)
  }
  const seconds = (performance.now() - started) / 1000
  const label = { scenario: 'analytics', what: `views of ${named(count)} built`, unit: 'segments/s' }
  bench.add(rowOf(label, [count / seconds]))
}

/** @returns the median latency of each view, round by round */
async function measureViews(bench: Bench, { origin }: ServiceProcess, count: number): Promise<number[][]> {
  const { rounds, serialReads } = bench.scale
  const medians: number[][] = []
  for (const [name, path] of Object.entries(VIEWS)) {
    const ofRounds: number[] = []
    for (let round = 0; round <= rounds; round++) {
      const latencies: number[] = []
      for (let read = 0; read < serialReads / 3; read++) {
        const started = performance.now()
        const response = await fetch(origin + path)
        const body = await response.text()
        if (response.status !== 200) throw new WrongAnswer(`${path}: ${response.status}: ${body}`)
        latencies.push(performance.now() - started)
      }
      // The first round warms up.
      if (round > 0) ofRounds.push(percentile(ascending(latencies), 0.5))
    }
    medians.push(ofRounds)
    bench.add(rowOf({ scenario: 'analytics', what: `${name}, ${named(count)}: p50`, unit: 'ms' }, ofRounds))
  }
  return medians
}

async function measureExport(bench: Bench, service: ServiceProcess, count: number): Promise<void> {
  bench.progress.say(`analytics: export of ${named(count)}`)
  const rates: number[] = []
  const rows: number[] = []
  for (let round = 0; round < Math.min(3, bench.scale.rounds); round++) {
    const started = performance.now()
    const response = await fetch(`${service.origin}/analytics/tables/segments`)
    let bytes = 0
    for await (const chunk of response.body!) bytes += (chunk as Uint8Array).byteLength
    const seconds = (performance.now() - started) / 1000
    rates.push(bytes / seconds / 1e6)
    rows.push(count / seconds)
  }
  const what = `export of ${named(count)} as Arrow`
  bench.add(rowOf({ scenario: 'analytics', what, unit: 'MB/s' }, rates))
  bench.add(rowOf({ scenario: 'analytics', what, unit: 'rows/s' }, rows))
}
