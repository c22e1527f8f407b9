import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { grouped } from '../support/kafka/grouped.ts'
import { hasKafka } from '../support/kafka/kafka-jars.ts'
import { type ReadMessage, readTopics } from '../support/kafka/read-topics.ts'
import { startBroker } from '../support/kafka/running-broker.ts'
import { startRelayProcess } from '../support/kafka/running-relay.ts'
import { countOf, firstsByKey, toldInLog } from '../support/kafka/told-in-log.ts'
import { startService, withFolder } from '../support/running-service.ts'
import { putFlow, send } from '../support/tams-requests.ts'
import { until } from '../support/webhook-receiver.ts'

const FLOWS = 8
const UP_FOR_MS = 5_000
const DOWN_FOR_MS = 20_000
const KILLS = 5
const TOPICS = ['tams.flows', 'tams.sources', 'tams.objects', 'tams.deletions']

describe.skipIf(!hasKafka())('a broker that is killed for 20 s, and a relay that is killed meanwhile', () => {
  it('get all events in order for each flow, and none twice but with the same id', async () => {
    await withFolder(async (folder) => {
      const broker = await startBroker(join(folder, 'kafka'))
      const service = await startService(join(folder, 'data'))
      const environment = { KAFKA_BROKERS: broker.brokers, PUBLIC_URL: 'https://tams.example.com' }
      const start = () => startRelayProcess(join(folder, 'data'), environment)
      let relay = start()

      const writing = new AbortController()
      const writers = Array.from({ length: FLOWS }, () => write(service.url, writing.signal))
      await delay(UP_FOR_MS)
      await broker.kill()
      const broken = delay(DOWN_FOR_MS).then(broker.restart)
      // While it is away, as it comes back, and after.
      for (let kill = 0; kill < KILLS; kill++) {
        await delay(DOWN_FOR_MS / (KILLS - 1))
        await relay.kill()
        relay = start()
      }
      await broken
      // It is killed with the relay at work, too.
      await delay(UP_FOR_MS)
      await broker.restart()
      await delay(UP_FOR_MS)
      writing.abort()
      await Promise.all(writers)

      const told = await toldInLog(join(folder, 'data'))
      expect(countOf(told)).toBeGreaterThan(FLOWS * 20)
      const isAll = (messages: readonly ReadMessage[]) => countOf(firstsByKey(messages)) >= countOf(told)
      const messages = await readTopics(broker.brokers, TOPICS, isAll)
      expect(await relay.stop()).toBe(0)
      await service.stop()
      await broker.stop()

      expect(firstsByKey(messages)).toStrictEqual(told)
      const { same, partitions } = repeated(messages)
      expect(same).toBe(true)
      expect(partitions).toBe(true)
    })
  })
})

describe.skipIf(!hasKafka())('a service whose broker is away', () => {
  it('answers as ever, says how far Kafka is behind, and lets it catch up', async () => {
    await withFolder(async (folder) => {
      const broker = await startBroker(join(folder, 'kafka'))
      const service = await startService(join(folder, 'data'), { KAFKA_BROKERS: broker.brokers })
      const metric = async (name: string) => {
        const text = await (await fetch(`${service.url}/metrics`)).text()
        return Number(text.match(new RegExp(`^${name} (\\d+)$`, 'm'))?.[1])
      }
      await putFlow(service.url)
      await until(async () => (await metric('framelog_relay_lag_positions')) === 0, 'all is acknowledged')
      await broker.kill()
      const flow = await putFlow(service.url)
      await until(async () => (await metric('framelog_relay_failing')) === 1, 'trouble is noticed')
      const lag = await metric('framelog_relay_lag_positions')
      expect(lag).toBeGreaterThan(0)
      for (let n = 0; n < 10; n++) {
        expect((await send(`${service.url}/flows/${flow}/label`, 'PUT', `${n}`)).status).toBe(204)
      }
      expect(await metric('framelog_relay_lag_positions')).toBeGreaterThanOrEqual(lag + 10)
      const { status } = (await (await fetch(`${service.url}/health`)).json()) as { status: string }
      expect(status).toBe('degraded')

      await broker.restart()
      await until(async () => (await metric('framelog_relay_lag_positions')) === 0, 'it has caught up', 120)
      expect(await metric('framelog_relay_failing')).toBe(0)
      // It does not wait for a broker that is away when it is to stop.
      await broker.kill()
      await putFlow(service.url)
      expect(await service.stop()).toBe(0)
      await broker.stop()
    })
  })
})

/** Whether what came more than once was the same each time, and each key in one partition. */
function repeated(messages: readonly ReadMessage[]) {
  const byId = grouped(messages, ({ headers }) => headers['ce_id']!)
  const byKey = grouped(messages, ({ topic, key }) => `${topic} ${key}`)
  const isOne = (values: readonly unknown[]) => new Set(values).size === 1
  return {
    same: [...byId.values()].every((each) => isOne(each.map(({ key, value }) => key + value))),
    partitions: [...byKey.values()].every((each) => isOne(each.map(({ partition }) => partition))),
  }
}

/** Adds to a flow, and changes it, and now and then takes away. */
async function write(url: string, signal: AbortSignal): Promise<void> {
  const id = await putFlow(url)
  for (let second = 0; !signal.aborted; second++) {
    const get_urls = [{ label: 'web', url: 'https://media.example.com/a' }]
    const segment = { object_id: `${id}/${second}`, timerange: `[${second}:0_${second + 1}:0)`, get_urls }
    await send(`${url}/flows/${id}/segments`, 'POST', segment)
    await send(`${url}/flows/${id}/label`, 'PUT', `${second}`)
    if (second % 5 === 4) {
      await send(`${url}/flows/${id}/segments?timerange=[${second - 3}:0_${second - 1}:0)`, 'DELETE')
    }
  }
}
