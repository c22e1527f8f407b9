import type { Bench, Servers } from '../bench.ts'
import { interleave } from '../interleave.ts'
import { type Connections, openConnections, repeated, sharedLanes } from '../load/connections.ts'
import type { Exchange } from '../load/exchange.ts'
import { type Load, withCpu } from '../load/load.ts'
import { BUDGETS } from '../report/budgets.ts'
import { comparedRow, latencyOf, rowOf } from '../report/row.ts'
import { ratiosOf } from '../statistics.ts'
import { PAGE_CASES, prepareReads, readBody, readPages } from './page-cases.ts'
import type { SeededFlow } from './seed-flows.ts'

/** Reads of the same thing from both servers, many at once, and from the service one at a time. */
type ReadLoads = {
  readonly service: readonly Load[]
  readonly bare: readonly Load[]
  readonly serial: readonly Load[]
}

/** Pages of every flow, from each way in. Latencies are those of one request at a time. */
export async function measurePages(
  bench: Bench,
  servers: Servers,
  flows: readonly SeededFlow[],
): Promise<void> {
  for (const [position, caseOf] of Object.entries(PAGE_CASES)) {
    const reads: (readonly Exchange[])[] = []
    for (const flow of flows) {
      reads.push(await prepareReads(servers.bare, await readPages(servers.service, flow, caseOf(flow))))
    }
    const loads = await measureReads(bench, servers, `pages: ${position}`, reads)
    for (const [index, { count }] of flows.entries()) {
      const what = `${position} of ${count.toLocaleString('en')} segments`
      const label = { scenario: 'pages', what, unit: 'requests/s', budget: BUDGETS.page }
      bench.add({ ...comparedRow(label, loads[index]!), latency: latencyOf(loads[index]!.serial) })
    }
    bench.add(flatnessRow(position, flows, loads))
  }
}

/** The metadata of a flow, which is the largest there is. */
export async function measureFlowReads(bench: Bench, servers: Servers, flow: SeededFlow): Promise<void> {
  const path = `/flows/${flow.flowId}`
  const body = await readBody(servers.service, path)
  const reads = await prepareReads(servers.bare, [{ path, body }])
  const [loads] = await measureReads(bench, servers, 'flow', [reads])
  const label = { scenario: 'flow', what: 'GET of its metadata', unit: 'requests/s' }
  bench.add({ ...comparedRow(label, loads!), latency: latencyOf(loads!.serial) })
}

/**
 * @param reads lists of requests that are made over and over, each list for itself
 * @returns the loads of each list, in their order; all were made in turns
 */
export async function measureReads(
  { scale, progress }: Bench,
  { service, bare }: Servers,
  name: string,
  reads: readonly (readonly Exchange[])[],
): Promise<readonly ReadLoads[]> {
  const { producers: connections, rounds } = scale
  const many = {
    service: openConnections(service.origin, connections),
    bare: openConnections(bare.origin, connections),
  }
  const one = openConnections(service.origin, 1)
  const send = (target: Connections, exchanges: readonly Exchange[], times: number, lanes: number) => () =>
    target.drive(sharedLanes(repeated(exchanges, times), lanes))
  const turns = reads.flatMap((exchanges) => [
    () => withCpu(service, send(many.service, exchanges, scale.reads, connections)),
    () => withCpu(bare, send(many.bare, exchanges, scale.reads, connections)),
    send(one, exchanges, scale.serialReads, 1),
  ])
  progress.say(`${name}: warming up`)
  await interleave(1, turns)
  progress.say(`${name}: ${rounds} rounds`)
  const loads = await interleave(rounds, turns)
  await Promise.all([many.service.close(), many.bare.close(), one.close()])
  return reads.map((_, index) => ({
    service: loads[3 * index]!,
    bare: loads[3 * index + 1]!,
    serial: loads[3 * index + 2]!,
  }))
}

/**
 * @param exchanges each made over and over on one connection, for its latency
 * @returns the loads of each, in their order; all were made in turns
 */
export async function measureSerial(
  { scale, progress }: Bench,
  { origin }: Servers['service'],
  name: string,
  exchanges: readonly Exchange[],
): Promise<readonly (readonly Load[])[]> {
  const one = openConnections(origin, 1)
  const turns = exchanges.map(
    (exchange) => () => one.drive(sharedLanes(repeated([exchange], scale.serialReads), 1)),
  )
  progress.say(`${name}: warming up`)
  await interleave(1, turns)
  progress.say(`${name}: ${scale.rounds} rounds`)
  const loads = await interleave(scale.rounds, turns)
  await one.close()
  return loads
}

/** How much longer a page takes in the largest flow than in the smallest. */
function flatnessRow(position: string, flows: readonly SeededFlow[], loads: readonly ReadLoads[]) {
  const medians = (load: ReadLoads | undefined) => load!.serial.map(({ p50Ms }) => p50Ms)
  const [smallest, largest] = [flows[0]!, flows.at(-1)!].map(({ count }) => count.toLocaleString('en'))
  return rowOf(
    {
      scenario: 'pages',
      what: `${position}, latency at ${largest} by that at ${smallest}`,
      unit: 'x',
      budget: BUDGETS.flatness,
    },
    ratiosOf(medians(loads.at(-1)), medians(loads[0])),
  )
}
