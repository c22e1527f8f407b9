import type { Kafka } from 'kafkajs'
import type { TopicSettings } from '../../config/kafka-config.ts'
import type { Logger } from '../../observability/logger.ts'

/** Topics that are needed and not there, and that may not be made here. */
export class TopicsMissing extends Error {
  override readonly name = 'TopicsMissing'
}

const MOST_REPLICAS = 3

/**
 * Makes the topics that are missing, where that is allowed; those that are there stay as they are.
 * @throws TopicsMissing where it is not allowed; what the brokers answer
 */
export async function ensureTopics(
  client: Kafka,
  names: readonly string[],
  settings: TopicSettings,
  logger: Logger,
): Promise<void> {
  const admin = client.admin()
  try {
    await admin.connect()
    const present = new Set(await admin.listTopics())
    const missing = names.filter((name) => !present.has(name))
    if (missing.length === 0) return
    if (!settings.create) {
      throw new TopicsMissing(`Kafka has no topic ${missing.join(', ')}, and KAFKA_CREATE_TOPICS is false`)
    }
    const brokers = (await admin.describeCluster()).brokers.length
    const replicationFactor = settings.replication ?? Math.min(MOST_REPLICAS, brokers)
    const { partitions: numPartitions } = settings
    const configEntries = entriesOf(settings, replicationFactor)
    const topics = missing.map((topic) => ({ topic, numPartitions, replicationFactor, configEntries }))
    await admin.createTopics({ topics, waitForLeaders: true })
    logger.info({ topics: missing, partitions: numPartitions, replicationFactor }, 'topics were made')
  } finally {
    await admin.disconnect()
  }
}

function entriesOf({ retentionMs }: TopicSettings, replicationFactor: number) {
  return [
    // Events of one key are all wanted, not only the last.
    { name: 'cleanup.policy', value: 'delete' },
    // One replica may be away; what is acknowledged outlives the loss of another.
    { name: 'min.insync.replicas', value: String(Math.max(1, replicationFactor - 1)) },
    ...(retentionMs === undefined ? [] : [{ name: 'retention.ms', value: String(retentionMs) }]),
  ]
}
