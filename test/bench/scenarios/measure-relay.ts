import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { openSqliteEventLog } from '../../../services/adapters/event-log/sqlite/open-sqlite-event-log.ts'
import { hasKafka } from '../../support/kafka/kafka-jars.ts'
import { plainClient } from '../../support/kafka/read-topics.ts'
import { startBroker } from '../../support/kafka/running-broker.ts'
import { startRelayProcess } from '../../support/kafka/running-relay.ts'
import { type Bench, startOn } from '../bench.ts'
import { WrongAnswer } from '../load/exchange.ts'
import { rowOf } from '../report/row.ts'
import { putDataFlow } from './put-data-flow.ts'

/** Built, as this is. */
const MAIN = join(import.meta.dirname, '../../../services/cli/main.js')
const FLOWS = 64
const EVENTS_AT_ONCE = 500
const TOPIC = 'tams.flows'

/**
 * Events of one registered segment each, in the log before the relay starts: from the first that Kafka has to the
 * last. They are written into the log, as for the relay it makes no difference where they came from.
 */
export async function measureRelay(bench: Bench): Promise<void> {
  if (!hasKafka()) return bench.progress.say('relay: no Kafka here')
  const broker = await startBroker(join(bench.directory, 'kafka'))
  const service = await startOn(bench, 'relay')
  try {
    const dataDir = join(bench.directory, 'relay')
    const flows = Array.from({ length: FLOWS }, () => crypto.randomUUID())
    for (const id of flows) await putDataFlow(service.origin, id)
    const events = bench.scale.eventsToKafka
    await writeSegments(dataDir, flows, events)
    const environment = { KAFKA_BROKERS: broker.brokers, PUBLIC_URL: service.origin, LOG_LEVEL: 'warn' }
    const relay = startRelayProcess(dataDir, environment, MAIN)
    const ended = relay.exited.then((code) => {
      throw new WrongAnswer(`the relay ended with ${code}: ${relay.said()}`)
    })
    const rate = await Promise.race([rateOf(broker.brokers, events + FLOWS), ended])
    await relay.stop()
    bench.add(rowOf({ scenario: 'relay', what: 'events of one segment each', unit: 'events/s' }, [rate]))
  } finally {
    await service.stop()
    await broker.stop()
  }
}

async function writeSegments(dataDir: string, flows: readonly string[], events: number): Promise<void> {
  const log = openSqliteEventLog({ path: join(dataDir, 'events.db') })
  for (let from = 0; from < events; from += EVENTS_AT_ONCE) {
    const appends = Array.from({ length: Math.min(EVENTS_AT_ONCE, events - from) }, (_, n) => {
      const flow_id = flows[(from + n) % flows.length]!
      const second = Math.floor((from + n) / flows.length)
      const object_id = `${flow_id}/${second}`
      const timerange = `[${second}:0_${second + 1}:0)`
      const context = {
        commandId: crypto.randomUUID(),
        actor: null,
        correlationId: 'bench',
        causationId: null,
      }
      return log.append(context, [
        {
          stream: `object-${object_id}`,
          expectedRevision: 'none',
          events: [
            {
              type: 'ObjectReferenced',
              data: { object_id, flow_id, role: 'media', count: 1, registration: { timerange } },
            },
          ],
        },
        {
          stream: `timeline-${flow_id}`,
          expectedRevision: 'any',
          events: [{ type: 'SegmentsAdded', data: { flow_id, segments: [{ object_id, timerange }] } }],
        },
      ])
    })
    await Promise.all(appends)
  }
  await log.close()
}

/** Events a second, until Kafka has so many. */
async function rateOf(brokers: string, events: number): Promise<number> {
  const admin = plainClient(brokers).admin()
  await admin.connect()
  const count = async () => {
    // Its partitions have no leaders at first.
    const partitions = await admin.fetchTopicOffsets(TOPIC).catch(() => [])
    return partitions.reduce((sum, { high }) => sum + Number(high), 0)
  }
  let first: { readonly at: number; readonly events: number } | undefined
  for (;;) {
    const has = await count()
    if (has > 0) first ??= { at: performance.now(), events: has }
    if (first && has >= events) {
      await admin.disconnect()
      if (has > events) throw new WrongAnswer(`${has} messages of ${events} events`)
      return (has - first.events) / ((performance.now() - first.at) / 1000)
    }
    await delay(20)
  }
}
