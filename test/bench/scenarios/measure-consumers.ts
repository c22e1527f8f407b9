import { putFlow } from '../../support/tams-requests.ts'
import { type Bench, startOn } from '../bench.ts'
import { interleave } from '../interleave.ts'
import { type Connections, openConnections, ownLanes } from '../load/connections.ts'
import { type Load, withCpu } from '../load/load.ts'
import { type Micros, microsOf } from '../load/micros.ts'
import { type ListeningProcess, startListening } from '../processes/listening-process.ts'
import type { ServiceProcess } from '../processes/service-process.ts'
import { BUDGETS } from '../report/budgets.ts'
import { comparedRow, type Row, rowOf } from '../report/row.ts'
import { ascending, percentile, ratiosOf, spreadOf } from '../statistics.ts'
import { allocations, type Producer, registrations } from '../tams/producer.ts'
import { verifyFlow } from '../tams/verify-flow.ts'
import { ask } from './ask.ts'
import { addMemory } from './memory-rows.ts'

/**
 * What those who are told of everything cost those who write: single registrations with nobody to be told, with readers
 * of the stream of events, and with webhooks beside them, in turns, on one service. A round is over when all have
 * been told, so that none bears what another has left; what is timed is the registrations.
 */
export async function measureConsumers(bench: Bench): Promise<void> {
  const service = await startOn(bench, 'consumers')
  const listeners = await startListening()
  try {
    await measureFanOut(bench, service, listeners)
    await measureBeside(bench, service, listeners)
    await addMemory(bench, service, 'telling everyone')
  } finally {
    await service.stop()
    await listeners.stop()
  }
}

/** From the commit of one segment after the other to its arrival at each reader. */
async function measureFanOut(
  { scale, add }: Bench,
  { origin }: ServiceProcess,
  listeners: ListeningProcess,
): Promise<void> {
  const producer: Producer = { flowId: await putFlow(origin), next: 0 }
  await listeners.openReaders(origin, scale.streamReaders, true)
  const connections = openConnections(origin, 1)
  const count = scale.eventsToReaders
  await connections.drive(ownLanes([allocations(producer.flowId, 0, count)]))
  for (const [index, exchange] of registrations(producer.flowId, 0, count).entries()) {
    await connections.drive(ownLanes([[exchange]]))
    await listeners.read(index + 1)
    // The first warms up.
    if (index === 0) await listeners.takeLatencies()
  }
  const sorted = ascending(await listeners.takeLatencies())
  const label = { scenario: 'consumers', unit: 'ms' }
  const what = `commit to arrival, ${scale.streamReaders} readers`
  add(rowOf({ ...label, what: `${what}: p50` }, [percentile(sorted, 0.5)]))
  add(rowOf({ ...label, what: `${what}: p99` }, [percentile(sorted, 0.99)]))
  await listeners.closeReaders()
  await connections.close()
}

/** One round: the registrations by themselves, and what they cost everyone until all have been told. */
type Turn = { readonly load: Load; readonly micros: Micros }

async function measureBeside(
  bench: Bench,
  service: ServiceProcess,
  listeners: ListeningProcess,
): Promise<void> {
  const { origin } = service
  const { scale } = bench
  const perFlow = scale.singlesPerProducer
  const events = scale.producers * perFlow
  const producers = await Promise.all(
    Array.from({ length: scale.producers }, async (): Promise<Producer> => {
      return { flowId: await putFlow(origin), next: 0 }
    }),
  )
  const connections = openConnections(origin, scale.producers)
  const rates: number[] = []

  /** @param told resolves once everyone has been */
  const register = async (told: () => Promise<void>): Promise<Turn> => {
    await allocate(origin, producers, perFlow)
    const micros = microsOf({ service, listeners })
    const load = await withCpu(service, () => registerOn(connections, producers, perFlow))
    await told()
    return { load, micros: micros(events) }
  }
  const alone = () => register(async () => {})
  const besideReaders = async (told = async () => {}): Promise<Turn> => {
    await listeners.openReaders(origin, scale.streamReaders, false)
    const started = performance.now()
    const turn = await register(async () => {
      await listeners.read(events)
      rates.push((events * scale.streamReaders * 1000) / (performance.now() - started))
      await told()
    })
    await listeners.closeReaders()
    return turn
  }
  const besideAll = async (): Promise<Turn> => {
    const ids = await openWebhooks(origin, listeners.sinkUrl, scale.webhooksBeside)
    await listeners.forgetTold()
    const turn = await besideReaders(() => listeners.told(events * ids.length))
    for (const id of ids) await ask(origin, 'DELETE', `/service/webhooks/${id}`)
    return turn
  }

  bench.progress.say('consumers: warming up')
  const turns = [alone, () => besideReaders(), besideAll]
  await interleave(1, turns)
  rates.length = 0
  bench.progress.say(`consumers: ${scale.rounds} rounds`)
  const [bare, read, all] = await interleave(scale.rounds, turns)

  const label = { scenario: 'consumers', unit: 'segments/s', budget: BUDGETS.besideConsumers }
  const readersSay = `beside ${scale.streamReaders} readers`
  const allSay = `${readersSay} and ${scale.webhooksBeside} webhooks`
  const loads = (those: readonly Turn[]) => those.map(({ load }) => load)
  for (const [what, those] of [
    [readersSay, read!],
    [allSay, all!],
  ] as const) {
    bench.add(comparedRow({ ...label, what }, { service: loads(those), bare: loads(bare!) }))
    for (const row of costRows(what, those, bare!)) bench.add(row)
  }
  bench.add(rowOf({ scenario: 'consumers', what: 'events to readers meanwhile', unit: '/s' }, rates))
  await connections.close()
  for (const { flowId, next } of producers) await verifyFlow(origin, flowId, next)
}

/** Processor time of each process, beside that with nobody to be told. */
function costRows(beside: string, turns: readonly Turn[], alone: readonly Turn[]): readonly Row[] {
  return (['service', 'listeners', 'client'] as const).flatMap((whose) => {
    const spent = (those: readonly Turn[]) => those.flatMap(({ micros }) => micros[whose] ?? [])
    const [mine, bare] = [spent(turns), spent(alone)]
    if (mine.length < turns.length || bare.length < alone.length) return []
    const what = `processor time of the ${whose} until all are told, ${beside}`
    const row = {
      ...rowOf({ scenario: 'consumers', what, unit: 'µs a segment' }, mine),
      bare: spreadOf(bare),
    }
    return [whose === 'service' ? { ...row, ratio: spreadOf(ratiosOf(mine, bare)) } : row]
  })
}

async function allocate(origin: string, producers: readonly Producer[], count: number): Promise<void> {
  const connections = openConnections(origin, 1)
  await connections.drive(
    ownLanes([producers.flatMap(({ flowId, next }) => allocations(flowId, next, count))]),
  )
  await connections.close()
}

function registerOn(connections: Connections, producers: readonly Producer[], count: number): Promise<Load> {
  const lists = producers.map((producer) => {
    const { flowId, next } = producer
    producer.next += count
    return registrations(flowId, next, count)
  })
  return connections.drive(ownLanes(lists))
}

/** @returns their ids */
async function openWebhooks(origin: string, sinkUrl: string, count: number): Promise<readonly string[]> {
  const ids: string[] = []
  for (let n = 0; n < count; n++) {
    const body = { url: `${sinkUrl}/${n}`, events: ['flows/segments_added'] }
    const { id } = (await ask(origin, 'POST', '/service/webhooks', body)) as { id: string }
    ids.push(id)
  }
  return ids
}
