import { setTimeout as delay } from 'node:timers/promises'
import { CompressionTypes, type Kafka, Partitioners, type Producer, type TopicMessages } from 'kafkajs'
import { turns } from '../../consumer/turns.ts'
import type { Logger } from '../../observability/logger.ts'
import { retryDelayMs } from '../../webhooks/backoff.ts'
import { isTooLarge } from './kafka-error.ts'

/** Kafka does not take what it was sent, and never will while its topics are as they are. */
export class MessageTooLarge extends Error {
  override readonly name = 'MessageTooLarge'
}

export type PersistentProducer = {
  /**
   * Resolves once all replicas in sync have it. Goes on for as long as that takes, so that what is sent after it
   * comes after it; the brokers may then have it more than once.
   * @throws MessageTooLarge; what `signal` was aborted with
   */
  send(messages: TopicMessages[]): Promise<void>
  /** Resolves once brokers have been found, and topics made. @throws what `signal` was aborted with */
  connect(): Promise<void>
  close(): Promise<void>
}

export type ProducerOptions = {
  readonly client: Kafka
  /** Before the first message, and again after each failure: has topics made. */
  readonly prepare: () => Promise<void>
  /** Ends all attempts. */
  readonly signal: AbortSignal
  readonly onFailure: (error: unknown) => void
  readonly logger: Logger
}

const ALL_IN_SYNC = -1
/** Brokers wait so long for their replicas; the client waits longer for the answer. */
const ACKNOWLEDGE_WITHIN_MS = 10_000
const ATTEMPTS = { initialRetryTime: 200, maxRetryTime: 2_000, retries: 3 }
/** A broker that is back hears of it within seconds. */
const BACKOFF = { firstMs: 250, maxMs: 5_000, forMs: Number.POSITIVE_INFINITY }
const CLOSE_GRACE_MS = 2_000

/**
 * Sends one thing after the other. The client's own attempts repeat what got no answer under the same number, so
 * that brokers take it once; when they are used up, or when brokers and client do not agree on the numbers any
 * more, a new producer goes on with what was not acknowledged.
 */
export function persistentProducer(options: ProducerOptions): PersistentProducer {
  const { client, prepare, signal, onFailure, logger } = options
  let current: Producer | undefined

  const letGo = async (): Promise<void> => {
    const producer = current
    current = undefined
    const closed = producer?.disconnect().catch(() => undefined)
    await Promise.race([closed, delay(CLOSE_GRACE_MS, undefined, { ref: false })])
  }

  const connected = async (): Promise<Producer> => {
    if (current) return current
    await prepare()
    const producer = client.producer({
      idempotent: true,
      maxInFlightRequests: 1,
      allowAutoTopicCreation: false,
      createPartitioner: Partitioners.DefaultPartitioner,
      retry: ATTEMPTS,
    })
    current = producer
    await producer.connect()
    return producer
  }

  const send = async (topicMessages: TopicMessages[]): Promise<void> => {
    const producer = await connected()
    await producer.sendBatch({
      topicMessages,
      acks: ALL_IN_SYNC,
      timeout: ACKNOWLEDGE_WITHIN_MS,
      compression: CompressionTypes.GZIP,
    })
  }

  const persist = async (attempt: () => Promise<unknown>): Promise<void> => {
    for (let attempts = 1; ; attempts++) {
      signal.throwIfAborted()
      try {
        await attempt()
        return
      } catch (error) {
        await letGo()
        if (isTooLarge(error)) throw new MessageTooLarge('it is larger than Kafka takes', { cause: error })
        signal.throwIfAborted()
        onFailure(error)
        logger.warn({ err: error, attempts }, 'Kafka does not take what it is sent; it is tried again')
        await delay(retryDelayMs(BACKOFF, attempts, 0, Math.random()), undefined, { signal })
      }
    }
  }
  const oneByOne = turns(1)

  return {
    send: (messages) => oneByOne.take(() => persist(() => send(messages))),
    connect: () => oneByOne.take(() => persist(connected)),
    close: letGo,
  }
}
