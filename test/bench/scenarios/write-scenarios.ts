import { type Bench, withServers } from '../bench.ts'
import { BUDGETS } from '../report/budgets.ts'
import type { Scale } from '../scale.ts'
import { measureRegistration, type Registration } from './measure-registration.ts'
import { addMemory } from './memory-rows.ts'

type WriteScenario = 'single' | 'keyed' | 'one-flow' | 'bulk' | 'bulk-cold'

/** Everything that writes, on one service that starts empty. */
export async function measureWrites(bench: Bench): Promise<void> {
  const registrations = Object.entries(registrationsOf(bench.scale)) as [WriteScenario, Registration][]
  const wanted = registrations.filter(([scenario]) => bench.wants(scenario))
  if (wanted.length === 0) return
  await withServers(bench, 'written', async (servers) => {
    for (const [, registration] of wanted) await measureRegistration(bench, servers, registration)
    await addMemory(bench, servers.service, 'all writes')
  })
}

function registrationsOf(scale: Scale): Readonly<Record<WriteScenario, Registration>> {
  const { producers, bulkConnections, segmentsPerBulk } = scale
  const singles = {
    connections: producers,
    segmentsPerRound: producers * scale.singlesPerProducer,
    segmentsPerRequest: 1,
    allocated: 'each round',
  } as const
  const bulks = {
    connections: bulkConnections,
    flows: bulkConnections,
    segmentsPerRound: bulkConnections * scale.bulksPerConnection * segmentsPerBulk,
    segmentsPerRequest: segmentsPerBulk,
  } as const
  const unit = 'segments/s'
  const bulkOf = `${segmentsPerBulk} a POST, ${bulkConnections} connections`
  return {
    single: {
      ...singles,
      flows: producers,
      label: {
        scenario: 'single',
        what: `a POST each, ${producers} producers with a flow each`,
        unit,
        budget: BUDGETS.singlePost,
      },
    },
    keyed: {
      ...singles,
      flows: producers,
      hasKeys: true,
      label: {
        scenario: 'keyed',
        what: 'the same, each with an Idempotency-Key',
        unit,
      },
    },
    'one-flow': {
      ...singles,
      flows: 1,
      label: {
        scenario: 'one-flow',
        what: `a POST each, ${producers} producers of one flow`,
        unit,
        budget: BUDGETS.singlePost,
      },
    },
    bulk: {
      ...bulks,
      allocated: 'each round',
      label: { scenario: 'bulk', what: bulkOf, unit, budget: BUDGETS.bulkPost },
    },
    'bulk-cold': {
      ...bulks,
      allocated: 'at the start',
      label: { scenario: 'bulk-cold', what: `${bulkOf}, allocated long before`, unit },
    },
  }
}
