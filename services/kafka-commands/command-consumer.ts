import { setTimeout as delay } from 'node:timers/promises'
import type { Consumer, EachBatchPayload } from 'kafkajs'
import { COMMAND_TOPICS } from '../../contracts/events/public/segment-commands.ts'
import { ensureTopics } from '../adapters/kafka/ensure-topics.ts'
import { kafkaClient } from '../adapters/kafka/kafka-client.ts'
import { type PersistentProducer, persistentProducer } from '../adapters/kafka/persistent-producer.ts'
import type { KafkaConfig } from '../config/kafka-config.ts'
import { turns } from '../consumer/turns.ts'
import { watchConsumer } from '../consumer/watched-consumers.ts'
import type { Logger } from '../observability/logger.ts'
import { unlessAborted } from '../process/unless-aborted.ts'
import { answerPieces } from './answer.ts'
import type { CarryOutServices } from './carry-out.ts'
import { type BatchTools, carryOutAll } from './command-batch.ts'
import type { CommandMetrics } from './command-metrics.ts'

export type CommandConsumerOptions = {
  readonly kafka: KafkaConfig
  readonly services: CarryOutServices
  /** Where the service is reached: the source of its answers. */
  readonly source: () => string
  readonly logger: Logger
  readonly metrics: CommandMetrics
}

export type CommandConsumer = {
  /** @throws where commands are not being read */
  check(): void
  /** Answers what is under way, and leaves its partitions to others. */
  stop(): Promise<void>
}

const PARTITIONS_AT_ONCE = 8
const COMMANDS_AT_ONCE = 256
/** How many messages of a partition are answered, and said to be done, together. */
const MESSAGES_TOGETHER = 500
/** What a process held that was killed goes to another after so long. */
const SESSION_TIMEOUT_MS = 10_000
const HEARTBEAT_MS = 2_000
const RESTART_AFTER_MS = 1_000
const STOP_GRACE_MS = 5_000

/** Messages are said to be done after their commands' appends, and after their answers are acknowledged. */
export function startCommandConsumer(options: CommandConsumerOptions): CommandConsumer {
  const { kafka, services, logger, metrics } = options
  const asked = new AbortController()
  const ended = new AbortController()
  const tools: BatchTools = {
    services,
    turns: turns(COMMANDS_AT_ONCE),
    logger,
    metrics,
    signal: asked.signal,
  }
  const watch = watchConsumer('kafka-commands', undefined, false)
  let trouble: string | undefined = 'Kafka has not been reached yet'

  const consume = async (): Promise<void> => {
    const client = kafkaClient(kafka, logger)
    const names = Object.values(COMMAND_TOPICS).map((name) => `${kafka.topicPrefix}.${name}`)
    const producer = persistentProducer({
      client,
      prepare: () => ensureTopics(client, names, kafka.topics, logger),
      signal: ended.signal,
      onFailure: (error) => {
        trouble = `answers cannot be sent: ${textOf(error)}`
      },
      logger,
    })
    const consumer = client.consumer({
      groupId: `${kafka.topicPrefix}.commands`,
      sessionTimeout: SESSION_TIMEOUT_MS,
      heartbeatInterval: HEARTBEAT_MS,
      allowAutoTopicCreation: false,
      // Whoever waits here starts anew.
      retry: { retries: 3, restartOnFailure: async () => false },
    })
    const crashed = new Promise<never>((_, reject) => {
      consumer.on(consumer.events.CRASH, ({ payload }) => reject(payload.error))
    })
    crashed.catch(() => undefined)
    consumer.on(consumer.events.GROUP_JOIN, () => {
      trouble = undefined
      watch.running()
      metrics.letGo()
    })
    try {
      await unlessAborted(producer.connect(), asked.signal)
      await consumer.connect()
      await consumer.subscribe({
        topics: [`${kafka.topicPrefix}.${COMMAND_TOPICS.segments}`],
        // What was asked for before anyone was there to do it.
        fromBeginning: true,
      })
      await consumer.run({
        autoCommit: false,
        eachBatchAutoResolve: false,
        partitionsConsumedConcurrently: PARTITIONS_AT_ONCE,
        eachBatch: (batch) => answerBatch(batch, consumer, producer),
      })
      await unlessAborted(crashed, asked.signal)
    } finally {
      await Promise.race([
        consumer.disconnect().catch(() => undefined),
        delay(STOP_GRACE_MS, undefined, { ref: false }),
      ])
      await producer.close()
    }
  }

  const answerBatch = async (
    payload: EachBatchPayload,
    consumer: Consumer,
    producer: PersistentProducer,
  ): Promise<void> => {
    const { batch, heartbeat, resolveOffset, isRunning, isStale } = payload
    const { topic, partition, messages } = batch
    const beat = setInterval(() => heartbeat().catch(() => undefined), HEARTBEAT_MS)
    try {
      for (let from = 0; from < messages.length && isRunning() && !isStale(); from += MESSAGES_TOGETHER) {
        const some = messages.slice(from, from + MESSAGES_TOGETHER)
        const answers = await carryOutAll(tools, some, ({ offset }) => ({ topic, partition, offset }))
        const told = { prefix: kafka.topicPrefix, source: options.source() }
        for (const piece of answerPieces(answers, some, told)) await producer.send(piece)
        const { offset } = some.at(-1)!
        const next = (BigInt(offset) + 1n).toString()
        await consumer.commitOffsets([{ topic, partition, offset: next }])
        resolveOffset(offset)
        trouble = undefined
        watch.running()
        metrics.answered(answers)
        metrics.lag(partition, Number(BigInt(batch.highWatermark) - BigInt(next)))
        await heartbeat()
      }
    } finally {
      clearInterval(beat)
    }
  }

  const consumeAgainAndAgain = async (): Promise<void> => {
    while (!asked.signal.aborted) {
      try {
        await consume()
      } catch (error) {
        if (asked.signal.aborted) return
        trouble = textOf(error)
        watch.stopped()
        logger.error({ err: error }, 'commands from Kafka cannot be read; it is tried again')
        await delay(RESTART_AFTER_MS, undefined, { signal: asked.signal }).catch(() => undefined)
      }
    }
  }
  const running = consumeAgainAndAgain()

  return {
    check: () => {
      if (trouble !== undefined) throw new Error(trouble)
    },
    stop: async () => {
      asked.abort()
      watch.over()
      await Promise.race([running, delay(STOP_GRACE_MS, undefined, { ref: false })])
      ended.abort()
      await running
    },
  }
}

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
