import { EventStoreDBClient, jsonEvent } from '@eventstore/db-client'
import { forkEventStore } from '../../support/eventstore/fork-event-store.ts'
import { type Bench, startOn } from '../bench.ts'
import { openConnections, ownLanes } from '../load/connections.ts'
import type { Exchange } from '../load/exchange.ts'
import { type Load, loadOf } from '../load/load.ts'
import { comparedRow } from '../report/row.ts'
import { putDataFlow } from './put-data-flow.ts'

/** Of what a producer registers in a round where the log is a file: each takes several calls here. */
const SHARE = 10

/**
 * Single registrations on EventStoreDB, through the service, and the same events appended by a client of the server: one
 * to an object's stream, then one to the timeline. The server is that of the tests, over memory: it costs what its
 * protocol costs, and no disk.
 */
export async function measureEventStore(bench: Bench): Promise<void> {
  const { producers, singlesPerProducer, rounds } = bench.scale
  const each = Math.max(2, Math.round(singlesPerProducer / SHARE))
  const server = await forkEventStore()
  const service = await startOn(bench, 'eventstore', { EVENTSTORE_URL: server.url })
  const client = EventStoreDBClient.connectionString(server.url)
  const connections = openConnections(service.origin, producers)
  try {
    const flows = Array.from({ length: producers }, () => crypto.randomUUID())
    for (const id of flows) await putDataFlow(service.origin, id)
    const loads: { readonly service: Load[]; readonly bare: Load[] } = { service: [], bare: [] }
    for (let round = 0; round < rounds; round++) {
      bench.progress.say(`eventstore: round ${round + 1} of ${rounds}`)
      const seconds = Array.from({ length: each }, (_, n) => round * each + n)
      loads.service.push(
        await connections.drive(
          ownLanes(flows.map((flow) => seconds.map((second) => registration(flow, second)))),
        ),
      )
      loads.bare.push(await appendDirectly(client, producers, seconds))
    }
    bench.add(
      comparedRow(
        {
          scenario: 'eventstore',
          what: `a POST each, ${producers} producers; without the service: two appends each`,
          unit: 'segments/s',
        },
        loads,
      ),
    )
  } finally {
    await connections.close()
    await client.dispose()
    await service.stop()
    await server.stop()
  }
}

const timerangeOf = (second: number): string => `[${second}:0_${second + 1}:0)`

function registration(flow: string, second: number): Exchange {
  const object_id = `${flow}/${second}`
  const get_urls = [{ label: 'origin', url: `https://media.example.com/${object_id}` }]
  const segment = { object_id, timerange: timerangeOf(second), get_urls }
  const path = `/flows/${flow}/segments`
  return { method: 'POST', path, body: JSON.stringify(segment), expected: { status: 201 } }
}

const flowsOfClient = new Map<number, string>()

/** As many producers, one append after the other of each. */
async function appendDirectly(
  client: EventStoreDBClient,
  producers: number,
  seconds: readonly number[],
): Promise<Load> {
  const latencies: number[] = []
  const started = performance.now()
  await Promise.all(
    Array.from({ length: producers }, async (_, n) => {
      const flow_id = flowsOfClient.get(n) ?? crypto.randomUUID()
      flowsOfClient.set(n, flow_id)
      for (const second of seconds) {
        const sent = performance.now()
        await appendBoth(client, flow_id, second)
        latencies.push(performance.now() - sent)
      }
    }),
  )
  return loadOf(latencies, (performance.now() - started) / 1000)
}

async function appendBoth(client: EventStoreDBClient, flow_id: string, second: number): Promise<void> {
  const object_id = `${flow_id}/${second}`
  const timerange = timerangeOf(second)
  const referenced = { object_id, flow_id, role: 'media', count: 1, registration: { timerange } }
  const added = { flow_id, segments: [{ object_id, timerange }] }
  const metadata = { version: 1, timeMs: Date.now(), actor: null, $correlationId: crypto.randomUUID() }
  await client.appendToStream(
    `direct-object-${object_id}`,
    jsonEvent({ type: 'direct', data: referenced, metadata }),
    { expectedRevision: 'no_stream' },
  )
  await client.appendToStream(
    `direct-timeline-${flow_id}`,
    jsonEvent({ type: 'direct', data: added, metadata }),
    {
      expectedRevision: second === 0 ? 'no_stream' : BigInt(second - 1),
    },
  )
}
