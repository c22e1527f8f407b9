import { readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { type Bench, startOn } from '../bench.ts'
import { BUDGETS } from '../report/budgets.ts'
import { rowOf } from '../report/row.ts'
import { verifyFlow } from '../tams/verify-flow.ts'
import { addMemory } from './memory-rows.ts'
import type { SeededFlow } from './seed-flows.ts'

/** A first start: no data directory, no log, no catalog. */
export async function measureFirstStarts(bench: Bench): Promise<void> {
  const seconds: number[] = []
  for (let start = 0; start < bench.scale.starts; start++) {
    seconds.push(await secondsToStart(bench, `empty-${start}`))
  }
  bench.add(rowOf({ scenario: 'startup', what: 'in an empty directory', unit: 's' }, seconds))
}

/** Starts on a catalog that includes all of the log, as after an upgrade or a crash. */
export async function measureRestarts(
  bench: Bench,
  dataDirectory: string,
  flows: readonly SeededFlow[],
): Promise<void> {
  const seconds: number[] = []
  for (let start = 0; start < bench.scale.starts; start++) {
    seconds.push(await secondsToStart(bench, dataDirectory))
  }
  const what = `with a catalog of ${countOf(flows).toLocaleString('en')} segments`
  bench.add(rowOf({ scenario: 'restart', what, unit: 's', budget: BUDGETS.restart }, seconds))
}

/**
 * Starts with the catalog gone. The rate is of the whole start, from the process's first instant to its word
 * that it is ready; what was rebuilt is then read, segment by segment.
 */
export async function measureRebuilds(
  bench: Bench,
  dataDirectory: string,
  flows: readonly SeededFlow[],
): Promise<void> {
  const total = countOf(flows)
  const rates: number[] = []
  for (let rebuild = 0; rebuild < bench.scale.rebuilds; rebuild++) {
    removeCatalog(join(bench.directory, dataDirectory))
    const service = await startOn(bench, dataDirectory)
    rates.push(total / service.readySeconds)
    if (rebuild === bench.scale.rebuilds - 1) {
      await addMemory(bench, service, `a rebuild of ${total.toLocaleString('en')} segments`)
      for (const { flowId, count } of flows) await verifyFlow(service.origin, flowId, count)
    }
    await service.stop()
  }
  const what = `of ${total.toLocaleString('en')} segments`
  bench.add(rowOf({ scenario: 'rebuild', what, unit: 'segments/s', budget: BUDGETS.rebuild }, rates))
}

const countOf = (flows: readonly SeededFlow[]): number => flows.reduce((sum, { count }) => sum + count, 0)

async function secondsToStart(bench: Bench, dataDirectory: string): Promise<number> {
  const service = await startOn(bench, dataDirectory)
  await service.stop()
  return service.readySeconds
}

function removeCatalog(dataDir: string): void {
  for (const name of readdirSync(dataDir)) {
    if (name.startsWith('catalog.db')) rmSync(join(dataDir, name))
  }
}
