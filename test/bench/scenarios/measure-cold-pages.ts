import { type Bench, withServers } from '../bench.ts'
import { interleave } from '../interleave.ts'
import { openConnections, repeated, sharedLanes } from '../load/connections.ts'
import { withCpu } from '../load/load.ts'
import { BUDGETS } from '../report/budgets.ts'
import { comparedRow } from '../report/row.ts'
import { disjointPages, PAGE_CASES, prepareReads, readPages } from './page-cases.ts'
import type { SeededFlow } from './seed-flows.ts'

/**
 * Pages that nobody has asked for since the service was started, each asked once: nothing that it remembers
 * of earlier pages helps. What they must hold is read before, from a process that is then stopped.
 */
export async function measureColdPages(bench: Bench, dataDirectory: string, flow: SeededFlow): Promise<void> {
  const { producers: connections, reads, coldReads, rounds } = bench.scale
  bench.progress.say('pages-cold: reading what they hold')
  const { head, pages } = await withServers(bench, dataDirectory, async ({ service }) => ({
    head: await readPages(service, flow, PAGE_CASES.head()),
    pages: await readPages(service, flow, disjointPages(flow, coldReads * rounds)),
  }))
  await withServers(bench, dataDirectory, async (servers) => {
    const cold = await prepareReads(servers.bare, pages)
    const warmUp = await prepareReads(servers.bare, head)
    const targets = [servers.service, servers.bare].map((server) => ({
      server,
      connections: openConnections(server.origin, connections),
    }))
    bench.progress.say('pages-cold: warming up')
    for (const target of targets) {
      await target.connections.drive(sharedLanes(repeated(warmUp, reads), connections))
    }
    bench.progress.say(`pages-cold: ${rounds} rounds`)
    const [service, bare] = await interleave(
      rounds,
      targets.map((target) => (round: number) => {
        const next = cold.slice(round * coldReads, (round + 1) * coldReads)
        return withCpu(target.server, () => target.connections.drive(sharedLanes(next, connections)))
      }),
    )
    for (const target of targets) await target.connections.close()
    const what = `each asked once, of ${flow.count.toLocaleString('en')} segments`
    const label = { scenario: 'pages-cold', what, unit: 'requests/s', budget: BUDGETS.page }
    bench.add(comparedRow(label, { service: service!, bare: bare! }))
  })
}
