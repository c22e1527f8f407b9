import { join } from 'node:path'
import { ensureTopics } from '../adapters/kafka/ensure-topics.ts'
import { kafkaClient } from '../adapters/kafka/kafka-client.ts'
import { persistentProducer } from '../adapters/kafka/persistent-producer.ts'
import { followedCatalog } from '../catalog/followed-catalog.ts'
import type { KafkaConfig } from '../config/kafka-config.ts'
import { fencedLog } from '../leases/fenced-log.ts'
import type { Tenure } from '../leases/tenure.ts'
import type { Logger } from '../observability/logger.ts'
import { lockFile } from '../process/file-lock.ts'
import { type LogConfig, openLog } from '../process/open-log.ts'
import { openEventIndex } from '../public-events/event-index.ts'
import { type RelayMetrics, relayMetrics } from './relay-metrics.ts'
import { type Relay, startRelay } from './relay-service.ts'
import { sendBatch } from './send-batch.ts'
import { RELAY_TOPICS, topicName } from './topic-of.ts'
import { tracedSend } from './traced-send.ts'
import { troubleOf } from './trouble.ts'

export type RunningRelay = {
  /** Rejects where it cannot go on. */
  readonly ended: Promise<void>
  readonly metrics: RelayMetrics
  stop(): Promise<void>
}

export type RelayOptions = {
  /** Where the log is, and what is kept of it. */
  readonly place: LogConfig
  /** How long this is the one who does it. */
  readonly tenure: Tenure
  readonly kafka: KafkaConfig
  /** Where clients reach the service. */
  readonly publicUrl: string
  readonly logger: Logger
  /** Hears what is wrong, and of nothing once all is well again. */
  readonly onTrouble?: (text: string | undefined) => void
}

/**
 * Sends what happens to Kafka, from the log and the catalog in the data directory, which someone else keeps.
 * Kafka need not be there when it starts.
 */
export async function runRelay(options: RelayOptions): Promise<RunningRelay> {
  const { kafka, publicUrl, logger, onTrouble } = options
  const { topicPrefix, relay: settings } = kafka
  const inData = (name: string) => join(options.place.DATA_DIR, name)
  const unlock = lockFile(inData('kafka-relay.db'))
  const log = fencedLog(openLog(options.place), options.tenure)
  const index = await openEventIndex(inData('kafka-relay.db'), log)
  const catalog = followedCatalog(inData('catalog.db'))
  const stopping = new AbortController()
  const { signal } = stopping
  const trouble = troubleOf(logger, onTrouble)
  let relay: Relay | undefined
  const metrics = relayMetrics(
    () => relay && { head: log.head, acknowledged: relay.acknowledged, isTroubled: trouble.is },
  )

  const client = kafkaClient(kafka, logger)
  const names = RELAY_TOPICS.map((topic) => topicName(topicPrefix, topic))
  const producer = persistentProducer({
    client,
    prepare: () => ensureTopics(client, names, kafka.topics, logger),
    signal,
    onFailure: (error) => {
      metrics.failed('unavailable')
      trouble.unavailable(error)
    },
    logger,
  })
  const sender = {
    producer,
    topicPrefix,
    signal,
    onSent: (messages: Parameters<RelayMetrics['sent']>[0]) => {
      metrics.sent(messages)
      trouble.over()
    },
    onTooLarge: (message: Parameters<typeof trouble.tooLarge>[0]) => {
      metrics.failed('too_large')
      trouble.tooLarge(message)
    },
  }
  relay = await startRelay({
    log,
    index,
    catalogAt: catalog.at,
    send: (batch) => tracedSend(batch, () => sendBatch(sender, batch)),
    settings: { mode: settings.mode, source: publicUrl },
    stopping,
    logger,
  })
  const { stop } = relay
  // Who reads finds topics, and who looks after it what is wrong, before anything happens.
  producer.connect().then(trouble.over, () => undefined)
  logger.info({ brokers: kafka.brokers, after: relay.acknowledged() }, 'events are sent to Kafka')

  return {
    ended: relay.ended,
    metrics,
    stop: async () => {
      await stop()
      await producer.close()
      catalog.close()
      index.close()
      await log.close()
      unlock()
    },
  }
}
