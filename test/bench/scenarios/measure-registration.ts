import { randomUUID } from 'node:crypto'
import { putFlow } from '../../support/tams-requests.ts'
import type { Bench, Servers } from '../bench.ts'
import { interleave } from '../interleave.ts'
import { type Connections, openConnections, ownLanes, sharedLanes } from '../load/connections.ts'
import type { Exchange } from '../load/exchange.ts'
import { withCpu } from '../load/load.ts'
import { comparedRow, type RowLabel } from '../report/row.ts'
import { allocations, bulkRegistrations, type Producer, registrations } from '../tams/producer.ts'
import { verifyFlow } from '../tams/verify-flow.ts'

export type Registration = {
  readonly label: RowLabel
  readonly connections: number
  /** As many as connections, which then have one each; or one for all of them. */
  readonly flows: number
  /** In all flows together. */
  readonly segmentsPerRound: number
  readonly segmentsPerRequest: number
  /**
   * When storage is allocated, always outside the time that is measured: just before each round, as producers
   * do, or for all rounds before the first, so that the service has since had time to forget.
   */
  readonly allocated: 'each round' | 'at the start'
  /** Whether each request has an idempotency key. */
  readonly hasKeys?: boolean
}

/**
 * Registers new segments, every one of them with an object of its own, and sends the same requests to the
 * bare handler. Afterwards every segment that was acknowledged is looked for.
 */
export async function measureRegistration(
  bench: Bench,
  { service, bare }: Servers,
  registration: Registration,
): Promise<void> {
  const { label, connections, flows, segmentsPerRequest } = registration
  const { rounds } = bench.scale
  const { origin } = service
  const perFlow = registration.segmentsPerRound / flows
  const producers = await makeProducers(origin, flows)
  const targets = {
    service: openConnections(origin, connections),
    bare: openConnections(bare.origin, connections),
  }
  const ahead = registration.allocated === 'at the start'
  // One round more than is measured: the first warms up.
  if (ahead) await allocate(origin, producers, perFlow * (rounds + 1))

  let lists: readonly (readonly Exchange[])[] = []
  const nextRound = async () => {
    if (!ahead) await allocate(origin, producers, perFlow)
    lists = producers.map((producer) => registrationsOf(producer, perFlow, registration))
    return withCpu(service, () => send(targets.service, lists, connections))
  }
  const sameRound = () => withCpu(bare, () => send(targets.bare, lists, connections))
  const turns = [nextRound, sameRound]
  bench.progress.say(`${label.scenario}: warming up`)
  await interleave(1, turns)
  bench.progress.say(`${label.scenario}: ${rounds} rounds`)
  const [byService, byBare] = await interleave(rounds, turns)

  bench.add(comparedRow(label, { service: byService!, bare: byBare! }, segmentsPerRequest))
  await Promise.all([targets.service.close(), targets.bare.close()])
  for (const { flowId, next } of producers) await verifyFlow(origin, flowId, next)
}

async function makeProducers(origin: string, count: number): Promise<readonly Producer[]> {
  const flowIds = await Promise.all(Array.from({ length: count }, () => putFlow(origin)))
  return flowIds.map((flowId) => ({ flowId, next: 0 }))
}

async function allocate(origin: string, producers: readonly Producer[], count: number): Promise<void> {
  const connections = openConnections(origin, 1)
  const exchanges = producers.flatMap(({ flowId, next }) => allocations(flowId, next, count))
  await connections.drive(ownLanes([exchanges]))
  await connections.close()
}

function registrationsOf(
  producer: Producer,
  count: number,
  { segmentsPerRequest: perRequest, hasKeys = false }: Registration,
): readonly Exchange[] {
  const { flowId, next } = producer
  producer.next += count
  const exchanges =
    perRequest === 1 ? registrations(flowId, next, count) : bulkRegistrations(flowId, next, count, perRequest)
  return hasKeys ? exchanges.map(withKey) : exchanges
}

function send(target: Connections, lists: readonly (readonly Exchange[])[], connections: number) {
  const lanes = lists.length === connections ? ownLanes(lists) : sharedLanes(lists.flat(), connections)
  return target.drive(lanes)
}

const withKey = (exchange: Exchange): Exchange => ({
  ...exchange,
  headers: { 'idempotency-key': randomUUID() },
})
