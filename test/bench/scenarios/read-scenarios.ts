import { type Bench, withServers } from '../bench.ts'
import { measureColdPages } from './measure-cold-pages.ts'
import { measureFlowReads, measurePages } from './measure-reads.ts'
import { measureRebuilds, measureRestarts } from './measure-starts.ts'
import { addMemory } from './memory-rows.ts'
import { seedFlows } from './seed-flows.ts'

const DATA_DIRECTORY = 'read'

/** Everything that needs large flows: they are made once. */
export async function measureReadsOfLargeFlows(bench: Bench): Promise<void> {
  if (!bench.wants('seed', 'pages', 'pages-cold', 'flow', 'restart', 'rebuild')) return
  const flows = await withServers(bench, DATA_DIRECTORY, async (servers) => {
    const seeded = await seedFlows(bench, servers.service.origin)
    const total = seeded.reduce((sum, { count }) => sum + count, 0)
    await addMemory(bench, servers.service, `seeding ${total.toLocaleString('en')} segments`)
    if (bench.wants('pages')) await measurePages(bench, servers, seeded)
    if (bench.wants('flow')) await measureFlowReads(bench, servers, seeded.at(-1)!)
    if (bench.wants('pages', 'flow')) await addMemory(bench, servers.service, 'all reads')
    return seeded
  })
  if (bench.wants('pages-cold')) await measureColdPages(bench, DATA_DIRECTORY, flows.at(-1)!)
  if (bench.wants('restart')) await measureRestarts(bench, DATA_DIRECTORY, flows)
  if (bench.wants('rebuild')) await measureRebuilds(bench, DATA_DIRECTORY, flows)
}
