import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { ConfigResourceTypes } from 'kafkajs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { PublicEventType } from '../../contracts/events/public/public-event-type.ts'
import { subscribe, type ToldEvent } from '../../services/subscriber/subscribe.ts'
import { grouped } from '../support/kafka/grouped.ts'
import { hasKafka } from '../support/kafka/kafka-jars.ts'
import { plainClient, type ReadMessage, readTopics } from '../support/kafka/read-topics.ts'
import { type RunningBroker, startBroker } from '../support/kafka/running-broker.ts'
import { startRelayProcess } from '../support/kafka/running-relay.ts'
import { countOf, firstsByKey, toldInLog } from '../support/kafka/told-in-log.ts'
import { type RunningService, startService, withFolder } from '../support/running-service.ts'
import { fillFlow, putFlow, send } from '../support/tams-requests.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'
import { until } from '../support/webhook-receiver.ts'

const TOPICS = ['flows', 'sources', 'objects', 'deletions']

describe.skipIf(!hasKafka())('the relay to Kafka', () => {
  let directory: ReturnType<typeof temporaryDirectory>
  let broker: RunningBroker

  beforeAll(async () => {
    directory = temporaryDirectory()
    broker = await startBroker(join(directory.path, 'broker'))
  })
  afterAll(async () => {
    await broker.stop()
    await directory.remove()
  })

  const start = (folder: string, KAFKA_TOPIC_PREFIX: string, more: Record<string, string> = {}) =>
    startService(folder, { KAFKA_BROKERS: broker.brokers, KAFKA_TOPIC_PREFIX, ...more })
  const topicsOf = (prefix: string) => TOPICS.map((topic) => `${prefix}.${topic}`)

  /** Admin requests with a client of its own. */
  const asAdmin = async <T>(
    ask: (admin: ReturnType<ReturnType<typeof plainClient>['admin']>) => Promise<T>,
  ) => {
    const admin = plainClient(broker.brokers).admin()
    await admin.connect()
    return ask(admin).finally(() => admin.disconnect())
  }

  it.each(['binary', 'structured'])('tells what streams of events tell, in %s mode', async (mode) => {
    await withFolder(async (folder) => {
      const service = await start(folder, mode, { KAFKA_EVENT_MODE: mode })
      await produce(service.url)
      const { told, count } = await streamed(service, folder)
      const messages = await readTopics(broker.brokers, topicsOf(mode), ({ length }) => length >= count)
      await service.stop()

      const expected = told.map(({ type, attributes, data }) => ({
        topic: `${mode}.${topicOfKind[type.split('/')[0]!]}`,
        key: attributes.partitionkey,
        event: { ...attributes, data },
      }))
      const read = messages.map(({ topic, key, ...message }) => ({ topic, key, event: eventOf(message) }))
      // Order holds for each key.
      const inOrder = (all: typeof read) => grouped(all, ({ topic, key }) => `${topic} ${key}`)
      expect(inOrder(read)).toEqual(inOrder(expected))
      const type = mode === 'binary' ? 'application/json' : 'application/cloudevents+json; charset=UTF-8'
      expect(new Set(messages.map(({ headers }) => headers['content-type']))).toEqual(new Set([type]))
    })
  })

  it('goes on where it was, in a service that is started again', async () => {
    await withFolder(async (folder) => {
      for (let run = 0; run < 2; run++) {
        const service = await start(folder, 'again')
        await produce(service.url)
        await until(async () => (await lagOf(service)) === 0, 'all is acknowledged')
        await service.stop()
      }
      const told = await toldInLog(folder)
      const enough = (messages: readonly ReadMessage[]) => messages.length >= countOf(told)
      const messages = await readTopics(broker.brokers, topicsOf('again'), enough)
      expect(firstsByKey(messages)).toEqual(told)
      // Nothing failed, so nothing came twice.
      expect(messages.length).toBe(countOf(told))
    })
  })

  it('makes its topics at once, as many partitions as are wanted', async () => {
    await withFolder(async (folder) => {
      const service = await start(folder, 'made', { KAFKA_TOPIC_PARTITIONS: '3' })
      const names = topicsOf('made')
      await until(() => asAdmin(async (admin) => (await admin.listTopics()).includes(names[3]!)), 'topics')
      const { topics } = await asAdmin((admin) => admin.fetchTopicMetadata({ topics: names }))
      await service.stop()
      expect(topics.map(({ name, partitions }) => [name, partitions.length]).sort()).toEqual(
        names.map((name) => [name, 3]).sort(),
      )
    })
  })

  it('says which topics are missing where it may not make them, and goes on once they are there', async () => {
    await withFolder(async (folder) => {
      const service = await start(folder, 'missing', { KAFKA_CREATE_TOPICS: 'false' })
      await expect
        .poll(async () => (await healthOf(service)).detail)
        .toMatch(/no topic missing\.flows, missing\.sources/)
      expect((await healthOf(service)).status).toBe('degraded')
      await putFlow(service.url)
      await asAdmin((admin) =>
        admin.createTopics({ topics: topicsOf('missing').map((topic) => ({ topic, numPartitions: 1 })) }),
      )
      await until(async () => (await lagOf(service)) === 0, 'all is acknowledged')
      await expect.poll(() => healthOf(service)).toEqual({ status: 'ok', ok: true })
      await service.stop()
    })
  })

  it('stands still, and says so, at an event that its topic does not take, until it takes it', async () => {
    await withFolder(async (folder) => {
      const limit = (value: string) => ({ name: 'max.message.bytes', value })
      await asAdmin((admin) =>
        admin.createTopics({ topics: [{ topic: 'large.flows', configEntries: [limit('3000')] }] }),
      )
      const service = await start(folder, 'large')
      const small = await putFlow(service.url)
      const large = await putFlow(service.url, { description: randomBytes(8_000).toString('base64') })
      const after = await putFlow(service.url)
      await expect
        .poll(async () => (await healthOf(service)).detail)
        .toMatch(/larger than its topic takes: raise max\.message\.bytes/)
      expect(await metricOf(service, 'framelog_relay_failing')).toBe(1)
      expect(await metricOf(service, 'framelog_relay_failures_total{reason="too_large"}')).toBeGreaterThan(0)
      const before = await readTopics(broker.brokers, ['large.flows'], ({ length }) => length > 0)
      expect(before.map(({ key }) => key)).not.toContain(large)

      const resource = {
        type: ConfigResourceTypes.TOPIC,
        name: 'large.flows',
        configEntries: [limit('100000')],
      }
      await asAdmin((admin) => admin.alterConfigs({ validateOnly: false, resources: [resource] }))
      await until(async () => (await lagOf(service)) === 0, 'all is acknowledged', 120)
      const keys = new Set([small, large, after])
      const all = await readTopics(broker.brokers, ['large.flows'], (messages) => {
        return new Set(messages.map(({ key }) => key)).size >= keys.size
      })
      await service.stop()
      expect(new Set(all.map(({ key }) => key))).toEqual(keys)
    })
  })

  it('stands by a second time on the same data', async () => {
    await withFolder(async (folder) => {
      const service = await start(folder, 'twice')
      // It measures once it runs, and has the lock.
      await until(async () => (await lagOf(service)) !== undefined, 'it runs')
      const second = startRelayProcess(folder, { KAFKA_BROKERS: broker.brokers, PORT: '8000' })
      await until(() => /health +http/.test(second.said()), 'a second one to run')
      const [, url] = /health +(\S+)/.exec(second.said()) ?? []
      const health = await (await fetch(url!)).json()
      expect(health).toMatchObject({ checks: { kafka_relay: { ok: true, detail: 'standby' } } })
      expect(await second.stop()).toBe(0)
      await service.stop()
    })
  })
})

describe('the relay as a command', () => {
  it('says what it needs to know', async () => {
    await withFolder(async (folder) => {
      const nowhere = startRelayProcess(folder, {})
      expect([await nowhere.exited, nowhere.said()]).toEqual([1, expect.stringMatching(/set KAFKA_BROKERS/)])
      const nameless = startRelayProcess(folder, { KAFKA_BROKERS: 'kafka:9092', PORT: '0' })
      expect([await nameless.exited, nameless.said()]).toEqual([1, expect.stringMatching(/set PUBLIC_URL/)])
      const wrong = startRelayProcess(folder, { KAFKA_BROKERS: 'kafka' })
      expect([await wrong.exited, wrong.said()]).toEqual([1, expect.stringMatching(/KAFKA_BROKERS: must be/)])
    })
  })
})

/** By what a type of event begins with. */
const topicOfKind: Readonly<Record<string, string>> = {
  flows: 'flows',
  sources: 'sources',
  objects: 'objects',
  flow_delete_requests: 'deletions',
}

/** One of everything that is told. */
async function produce(url: string): Promise<void> {
  for (let n = 0; n < 3; n++) {
    const flow = await putFlow(url)
    await fillFlow(url, flow, 5)
    await send(`${url}/flows/${flow}/label`, 'PUT', `flow ${n}`)
    await send(`${url}/flows/${flow}/segments?timerange=[1:0_3:0)`, 'DELETE')
    if (n > 0) await send(`${url}/flows/${flow}`, 'DELETE')
  }
}

/** What a stream of events tells of all that happened. */
async function streamed(service: RunningService, folder: string) {
  // Deletions are over when the number of events stays as it is.
  let count = -1
  await until(async () => {
    const before = count
    count = countOf(await toldInLog(folder))
    return count === before
  }, 'nothing more happens')
  const told: ToldEvent[] = []
  for await (const event of subscribe({ url: service.url, from: 0, types: PublicEventType.options })) {
    told.push(event)
    if (told.length === count) break
  }
  return { told, count }
}

/** A CloudEvent, in either mode. */
function eventOf({ headers, value }: Pick<ReadMessage, 'headers' | 'value'>): unknown {
  if (headers['content-type'] !== 'application/json') return JSON.parse(value)
  const { 'content-type': datacontenttype, ...others } = headers
  const attributes = Object.entries(others).map(([name, text]) => [name.replace(/^ce_/, ''), text])
  return { ...Object.fromEntries(attributes), datacontenttype, data: JSON.parse(value) }
}

async function healthOf({ url }: RunningService) {
  const health = (await (await fetch(`${url}/health`)).json()) as {
    status: string
    checks: { kafka_relay: { ok: boolean; detail?: string } }
  }
  return { status: health.status, ...health.checks.kafka_relay }
}

async function metricOf({ url }: RunningService, name: string): Promise<number | undefined> {
  const text = await (await fetch(`${url}/metrics`)).text()
  const line = text.split('\n').find((each) => each.startsWith(`${name} `))
  return line === undefined ? undefined : Number(line.slice(name.length))
}

const lagOf = (service: RunningService) => metricOf(service, 'framelog_relay_lag_positions')
