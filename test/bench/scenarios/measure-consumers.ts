import { putFlow } from '../../support/tams-requests.ts'
import { type Bench, startOn } from '../bench.ts'
import { interleave } from '../interleave.ts'
import { type Connections, openConnections, ownLanes } from '../load/connections.ts'
import { type Load, withCpu } from '../load/load.ts'
import { openStreamReaders } from '../load/stream-readers.ts'
import { type WebhookSink, webhookSink } from '../load/webhook-sink.ts'
import type { ServiceProcess } from '../processes/service-process.ts'
import { BUDGETS } from '../report/budgets.ts'
import { comparedRow, rowOf } from '../report/row.ts'
import { ascending, percentile } from '../statistics.ts'
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
  const sink = await webhookSink()
  try {
    await measureFanOut(bench, service)
    await measureBeside(bench, service, sink)
    addMemory(bench, service, 'telling everyone')
  } finally {
    await service.stop()
    await sink.close()
  }
}

/** From the commit of one segment after the other to its arrival at each reader. */
async function measureFanOut({ scale, add }: Bench, { origin }: ServiceProcess): Promise<void> {
  const producer: Producer = { flowId: await putFlow(origin), next: 0 }
  const readers = await openStreamReaders(origin, scale.streamReaders, true)
  const connections = openConnections(origin, 1)
  const count = scale.eventsToReaders
  await connections.drive(ownLanes([allocations(producer.flowId, 0, count)]))
  const [warmUp, ...events] = registrations(producer.flowId, 0, count).map((exchange) => [exchange])
  for (const [index, exchanges] of [warmUp!, ...events].entries()) {
    if (index === 1) readers.latenciesMs.length = 0
    await connections.drive(ownLanes([exchanges]))
    await readers.reached(index + 1)
  }
  const sorted = ascending(readers.latenciesMs)
  const label = { scenario: 'consumers', unit: 'ms' }
  const what = `commit to arrival, ${scale.streamReaders} readers`
  add(rowOf({ ...label, what: `${what}: p50` }, [percentile(sorted, 0.5)]))
  add(rowOf({ ...label, what: `${what}: p99` }, [percentile(sorted, 0.99)]))
  readers.close()
  await connections.close()
}

async function measureBeside(bench: Bench, service: ServiceProcess, sink: WebhookSink): Promise<void> {
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

  const register = async (): Promise<Load> => {
    await allocate(origin, producers, perFlow)
    return withCpu(service, () => registerOn(connections, producers, perFlow))
  }
  const withReaders = async (): Promise<Load> => {
    const readers = await openStreamReaders(origin, scale.streamReaders, false)
    const started = performance.now()
    const load = await register()
    await readers.reached(events)
    rates.push((events * scale.streamReaders * 1000) / (performance.now() - started))
    readers.close()
    return load
  }
  const withAll = async (): Promise<Load> => {
    const ids = await openWebhooks(origin, sink, scale.webhooksBeside)
    sink.latenciesMs.length = 0
    const load = await withReaders()
    await sink.reached(events * ids.length)
    for (const id of ids) await ask(origin, 'DELETE', `/service/webhooks/${id}`)
    return load
  }

  bench.progress.say('consumers: warming up')
  const turns = [register, withReaders, withAll]
  await interleave(1, turns)
  rates.length = 0
  bench.progress.say(`consumers: ${scale.rounds} rounds`)
  const [alone, read, all] = await interleave(scale.rounds, turns)

  const label = { scenario: 'consumers', unit: 'segments/s', budget: BUDGETS.besideConsumers }
  const readersSay = `beside ${scale.streamReaders} readers`
  const allSay = `${readersSay} and ${scale.webhooksBeside} webhooks`
  bench.add(comparedRow({ ...label, what: readersSay }, { service: read!, bare: alone! }))
  bench.add(comparedRow({ ...label, what: allSay }, { service: all!, bare: alone! }))
  bench.add(rowOf({ scenario: 'consumers', what: 'events to readers meanwhile', unit: '/s' }, rates))
  await connections.close()
  for (const { flowId, next } of producers) await verifyFlow(origin, flowId, next)
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
async function openWebhooks(origin: string, sink: WebhookSink, count: number): Promise<readonly string[]> {
  const ids: string[] = []
  for (let n = 0; n < count; n++) {
    const body = { url: `${sink.url}/${n}`, events: ['flows/segments_added'] }
    const { id } = (await ask(origin, 'POST', '/service/webhooks', body)) as { id: string }
    ids.push(id)
  }
  return ids
}
