import { type Bench, type Servers, withServers } from '../bench.ts'
import { WrongAnswer } from '../load/exchange.ts'
import { BUDGETS } from '../report/budgets.ts'
import { comparedRow, latencyOf, rowOf } from '../report/row.ts'
import { ratiosOf } from '../statistics.ts'
import { flowIdAt, type Library } from '../tams/library.ts'
import { LIST_CASES, PER_PAGE, rateCases } from './list-cases.ts'
import { measureReads, measureSerial } from './measure-reads.ts'
import { addMemory } from './memory-rows.ts'
import { prepareReads, readBody } from './page-cases.ts'
import { seedLibrary } from './seed-library.ts'
import { walkFlows } from './walk-list.ts'

const named = (count: number): string => `${count.toLocaleString('en')} flows`

/** Lists of libraries of several sizes: what a page costs must not depend on how many flows there are. */
export async function measureLists(bench: Bench): Promise<void> {
  const medians: (readonly (readonly number[])[])[] = []
  for (const count of bench.scale.listSizes) {
    const directory = `lists-${count}`
    bench.progress.say(`lists: ${named(count)}`)
    await seedLibrary(bench, directory, { count })
    medians.push(await withServers(bench, directory, (servers) => measureLibrary(bench, servers, { count })))
  }
  const [smallest, largest] = [bench.scale.listSizes[0]!, bench.scale.listSizes.at(-1)!].map(named)
  for (const [index, name] of [...Object.keys(LIST_CASES), MIDDLE].entries()) {
    bench.add(
      rowOf(
        {
          scenario: 'lists',
          what: `${name}, latency at ${largest} by that at ${smallest}`,
          unit: 'x',
          budget: BUDGETS.flatness,
        },
        ratiosOf(medians.at(-1)![index]!, medians[0]![index]!),
      ),
    )
  }
}

const MIDDLE = 'a page in the middle'

/** @returns the median latencies of each case, round by round, in their order */
async function measureLibrary(
  bench: Bench,
  servers: Servers,
  library: Library,
): Promise<readonly (readonly number[])[]> {
  const { service } = servers
  const size = named(library.count)
  const rebuilt = { scenario: 'lists', what: `catalog of ${size} built`, unit: 'flows/s' }
  bench.add(rowOf(rebuilt, [library.count / service.readySeconds]))
  await measureRates(bench, servers, library)
  await addMemory(bench, service, `pages of ${size}`)
  const started = performance.now()
  const middle = await walkFlows(service.origin, library)
  const seconds = (performance.now() - started) / 1000
  bench.add(
    rowOf({ scenario: 'lists', what: `walk over ${size}`, unit: 'flows/s' }, [library.count / seconds]),
  )
  await addMemory(bench, service, `a walk over ${size}`)

  const paths = Object.values(LIST_CASES).map(({ query, found }) => ({ path: pathOf(query), found }))
  const cases = [...paths, { path: pathOf({ page: middle }), found: PER_PAGE }]
  for (const { path, found } of cases) {
    const flows = JSON.parse(await readBody(service, path)) as unknown[]
    if (flows.length !== found) throw new WrongAnswer(`${path}: ${flows.length} flows, not ${found}`)
  }
  const loads = await measureSerial(
    bench,
    service,
    `lists: filters and sorts of ${size}`,
    cases.map(({ path }) => ({ method: 'GET', path, expected: { status: 200 } })),
  )
  for (const [index, name] of [...Object.keys(LIST_CASES), MIDDLE].entries()) {
    const label = { scenario: 'lists', what: `${name}, of ${size}`, unit: 'requests/s' }
    const rates = loads[index]!.map(({ perSecond }) => perSecond)
    bench.add({ ...rowOf(label, rates), latency: latencyOf(loads[index]!) })
  }
  return loads.map((each) => each.map(({ p50Ms }) => p50Ms))
}

/** Pages and single resources, from both servers. */
async function measureRates(bench: Bench, servers: Servers, library: Library): Promise<void> {
  const cases = Object.entries(rateCases(library))
  const reads = []
  for (const [, path] of cases) {
    reads.push(await prepareReads(servers.bare, [{ path, body: await readBody(servers.service, path) }]))
  }
  const first = JSON.parse(await readBody(servers.service, '/flows')) as { readonly id: string }[]
  if (first[0]?.id !== flowIdAt(library.count - 1)) throw new WrongAnswer('the newest flow is not the first')
  const loads = await measureReads(bench, servers, `lists: ${named(library.count)}`, reads)
  for (const [index, [name]] of cases.entries()) {
    const what = `${name}, of ${named(library.count)}`
    const label = { scenario: 'lists', what, unit: 'requests/s', budget: BUDGETS.page }
    bench.add({ ...comparedRow(label, loads[index]!), latency: latencyOf(loads[index]!.serial) })
  }
}

const pathOf = (query: Readonly<Record<string, string>>): string => {
  const parameters = new URLSearchParams(query).toString()
  return parameters === '' ? '/flows' : `/flows?${parameters}`
}
