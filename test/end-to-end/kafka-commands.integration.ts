import { type ChildProcess, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { Kafka, logLevel, type Message, Partitioners } from 'kafkajs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { CommandRejected, SegmentsRegistered } from '../../contracts/events/public/segment-commands.ts'
import { hasKafka } from '../support/kafka/kafka-jars.ts'
import { type RunningBroker, startBroker } from '../support/kafka/running-broker.ts'
import { type RunningService, startService, temporaryFolder } from '../support/running-service.ts'
import { allocate, listSegments, putFlow, send } from '../support/tams-requests.ts'

const MAIN = join(import.meta.dirname, '../../dist/services/cli/main.js')
const PATIENCE = { timeout: 180_000, interval: 200 }

const FLOWS = 12
const COMMANDS_PER_FLOW = 60
const SEGMENTS_PER_COMMAND = 3
const KILLS = 4

type Told = { readonly key: string; readonly headers: Record<string, string>; readonly data: unknown }

describe.skipIf(!hasKafka())('commands from Kafka', () => {
  const folder = temporaryFolder()
  let broker: RunningBroker
  let kafka: Kafka
  beforeAll(async () => {
    broker = await startBroker(join(folder, 'broker'))
    kafka = new Kafka({ brokers: [broker.brokers], logLevel: logLevel.NOTHING })
  })
  afterAll(async () => {
    await broker?.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  it('are carried out once each and answered, though whoever does it is killed again and again', async () => {
    const data = join(folder, 'data')
    const service = await startService(data)
    const answers = await readAnswers(kafka, 'killed')
    const consumer = consumerProcess(data, service, {
      KAFKA_BROKERS: broker.brokers,
      KAFKA_TOPIC_PREFIX: 'killed',
    })
    try {
      const flows = await Promise.all(Array.from({ length: FLOWS }, () => putFlow(service.url)))
      const commands: Sent[] = (await Promise.all(flows.map((flow) => commandsFor(service.url, flow)))).flat()
      await consumer.start()
      await topicsOf(kafka, 'killed')
      const sending = sendAll(kafka, 'killed.commands.segments', withBadAndDoubled(commands))
      for (let kill = 1; kill <= KILLS; kill++) {
        await expect
          .poll(() => answers.size(), PATIENCE)
          .toBeGreaterThan((kill * commands.length) / (KILLS + 2))
        await consumer.kill()
        await consumer.start()
      }
      const sent = await sending
      await expect
        .poll(() => sent.filter(({ id }) => !answers.has(id)).map(({ id }) => id), PATIENCE)
        .toEqual([])

      for (const flow of flows) {
        const listed = await listSegments(service.url, flow, '?limit=1000')
        const wanted = commands.filter((each) => each.flow === flow && each.bad === undefined)
        expect(listed.map(({ timerange, object_id }) => `${timerange} ${object_id}`)).toEqual(
          wanted.flatMap(({ segments }) =>
            segments.map(({ timerange, object_id }) => `${timerange} ${object_id}`),
          ),
        )
      }
      for (const { id, bad, flow, segments } of sent) {
        const told = answers.to(id)
        // However often it was answered, it was told one thing.
        expect(new Set(told.map(outcomeOf)).size, JSON.stringify(told)).toBe(1)
        if (bad !== undefined) {
          expect(CommandRejected.parse(told[0]!.data)).toMatchObject({ error: { type: bad } })
          continue
        }
        expect(told[0]).toMatchObject({
          key: flow,
          headers: { ce_type: 'tams.commands.segments_registered' },
        })
        const answer = SegmentsRegistered.parse(told[0]!.data)
        expect(answer).toMatchObject({ flow_id: flow, registered: segments.length, failed: 0 })
        expect(told.every(({ headers }) => headers['ce_id'] === told[0]!.headers['ce_id'])).toBe(true)
      }
    } finally {
      await consumer.stop()
      await answers.close()
      await service.stop()
    }
  })

  it('are carried out by the service itself where that is asked for, which tells how it is', async () => {
    const service = await startService(join(folder, 'own'), {
      KAFKA_BROKERS: broker.brokers,
      KAFKA_TOPIC_PREFIX: 'own',
      KAFKA_COMMANDS_ENABLED: 'true',
      KAFKA_RELAY_ENABLED: 'false',
    })
    const answers = await readAnswers(kafka, 'own')
    try {
      const flow = await putFlow(service.url)
      const commands = await commandsFor(service.url, flow)
      await topicsOf(kafka, 'own')
      const isWell = async () => {
        const { body } = await send(`${service.url}/health`, 'GET')
        return (body as { checks: Record<string, { ok: boolean }> }).checks['kafka_commands']?.ok
      }
      await expect.poll(isWell, PATIENCE).toBe(true)
      await sendAll(kafka, 'own.commands.segments', commands)
      await expect.poll(() => commands.every(({ id }) => answers.has(id)), PATIENCE).toBe(true)
      // An answer says where in the log it is: a reader may ask for at least that.
      const { position } = SegmentsRegistered.parse(answers.to(commands.at(-1)!.id)[0]!.data)
      const listed = await fetch(`${service.url}/flows/${flow}/segments?limit=1000`, {
        headers: { 'framelog-position': String(position) },
      })
      expect(((await listed.json()) as unknown[]).length).toBe(commands.length * SEGMENTS_PER_COMMAND)
      const metrics = await (await fetch(`${service.url}/metrics`)).text()
      expect(metrics).toContain(`framelog_kafka_commands_total{outcome="registered"} ${commands.length}`)

      await broker.restart()
      const [more] = await commandsFor(service.url, await putFlow(service.url))
      await sendAll(kafka, 'own.commands.segments', [more!])
      await expect.poll(() => answers.has(more!.id), PATIENCE).toBe(true)
    } finally {
      await answers.close()
      await service.stop()
    }
  })
})

/** A process that carries out commands, which can be killed and started again. */
function consumerProcess(dataDir: string, service: RunningService, environment: Record<string, string>) {
  let child: ChildProcess | undefined
  const end = async (signal: NodeJS.Signals) => {
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    const exited = once(child, 'exit')
    child.kill(signal)
    await exited
  }
  return {
    start: async () => {
      child = spawn(process.execPath, [MAIN, 'commands', 'consume'], {
        env: {
          PATH: process.env['PATH'],
          OPERATIONS_PORT: '0',
          DATA_DIR: dataDir,
          PUBLIC_URL: service.url,
          ...environment,
        },
        stdio: ['ignore', 'ignore', 'pipe'],
      })
      let told = ''
      await new Promise<void>((resolve, reject) => {
        child!.stderr!.on('data', (chunk) => {
          told += chunk
          if (told.includes('are being carried out')) resolve()
        })
        child!.once('exit', (code) => reject(new Error(`it ended with ${code}: ${told}`)))
      })
    },
    kill: () => end('SIGKILL'),
    stop: () => end('SIGTERM'),
  }
}

type Segment = { readonly object_id: string; readonly timerange: string }
type Sent = {
  readonly id: string
  readonly flow: string
  readonly segments: readonly Segment[]
  /** Why it is to be rejected, if it is. */
  readonly bad?: string
  readonly isStructured: boolean
}

/** Commands for a flow, each of some segments after those of the one before. */
async function commandsFor(url: string, flow: string): Promise<Sent[]> {
  const objects = await allocate(url, flow, COMMANDS_PER_FLOW * SEGMENTS_PER_COMMAND)
  return Array.from({ length: COMMANDS_PER_FLOW }, (_, index) => ({
    id: randomUUID(),
    flow,
    isStructured: index % 2 === 0,
    segments: objects
      .slice(index * SEGMENTS_PER_COMMAND, (index + 1) * SEGMENTS_PER_COMMAND)
      .map(({ object_id }, nth) => {
        const start = index * SEGMENTS_PER_COMMAND + nth
        return { object_id, timerange: `[${start}:0_${start + 1}:0)` }
      }),
  }))
}

/** Some twice, some of flows that are not there, some that nobody can read. */
function withBadAndDoubled(commands: readonly Sent[]): readonly Sent[] {
  return commands.flatMap((command, index) => {
    const unknown = { ...command, id: randomUUID(), flow: randomUUID(), bad: 'flow_not_found' }
    const wrong = { ...command, id: randomUUID(), segments: [], isStructured: true, bad: 'bad_request' }
    return [command, ...(index % 7 === 0 ? [command, unknown] : []), ...(index % 11 === 0 ? [wrong] : [])]
  })
}

function messageOf({ id, flow, segments, isStructured, bad }: Sent): Message {
  const type = 'tams.commands.register_segments'
  const attributes = { specversion: '1.0', id, source: '/test', type, subject: flow }
  const data = bad === 'bad_request' ? { object_id: '' } : segments
  if (isStructured) {
    const headers = { 'content-type': 'application/cloudevents+json' }
    return { key: flow, value: JSON.stringify({ ...attributes, data }), headers }
  }
  const headers = Object.fromEntries(Object.entries(attributes).map(([name, value]) => [`ce_${name}`, value]))
  return {
    key: flow,
    value: JSON.stringify(data),
    headers: { ...headers, 'content-type': 'application/json' },
  }
}

/** @returns what was sent, once all of it was */
async function sendAll(kafka: Kafka, topic: string, commands: readonly Sent[]): Promise<readonly Sent[]> {
  const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner })
  await producer.connect()
  for (let from = 0; from < commands.length; from += 20) {
    await producer.send({ topic, messages: commands.slice(from, from + 20).map(messageOf) })
  }
  await producer.disconnect()
  return commands
}

/** Waits until whoever carries out commands has made its topics. */
async function topicsOf(kafka: Kafka, prefix: string): Promise<void> {
  const admin = kafka.admin()
  await admin.connect()
  const topics = async () =>
    (await admin.listTopics()).filter((topic) => topic.startsWith(`${prefix}.commands.`)).length
  await expect.poll(topics, PATIENCE).toBe(3)
  await admin.disconnect()
}

/** Reads both topics of answers from their beginning, as soon as they are there. */
async function readAnswers(kafka: Kafka, prefix: string) {
  const consumer = kafka.consumer({ groupId: randomUUID(), retry: { retries: 100 } })
  const answers = new Map<string, Told[]>()
  let closing = false
  const reading = (async () => {
    const admin = kafka.admin()
    await admin.connect()
    while (
      !closing &&
      (await admin.listTopics()).filter((topic) => topic.startsWith(`${prefix}.commands.`)).length < 3
    ) {
      await delay(100)
    }
    await admin.disconnect()
    if (closing) return
    await consumer.connect()
    const topics = [`${prefix}.commands.results`, `${prefix}.commands.rejected`]
    await consumer.subscribe({ topics, fromBeginning: true })
    await consumer.run({
      eachMessage: async ({ message }) => {
        const told = JSON.parse(message.value!.toString()) as { command?: { id: string } }
        const headers = Object.fromEntries(
          Object.entries(message.headers ?? {}).map(([name, value]) => [name, String(value)]),
        )
        const id = told.command?.id ?? ''
        answers.set(id, [...(answers.get(id) ?? []), { key: String(message.key), headers, data: told }])
      },
    })
  })()
  return {
    size: () => answers.size,
    has: (id: string) => answers.has(id),
    to: (id: string) => answers.get(id) ?? [],
    close: async () => {
      closing = true
      await reading
      await consumer.disconnect()
    },
  }
}

/** What an answer says, but for where the message was that it answers. */
function outcomeOf({ data }: Told): string {
  const { message: _, error, ...said } = data as { message?: unknown; error?: { type: string } }
  return JSON.stringify({ ...said, error: error?.type })
}
