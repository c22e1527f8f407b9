import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { Kafka, logLevel } from 'kafkajs'

export type ReadMessage = {
  readonly topic: string
  readonly partition: number
  readonly offset: string
  readonly key: string
  readonly headers: Readonly<Record<string, string>>
  readonly value: string
}

/** A topic that is not there yet is looked for again soon, for minutes. */
const RETRY = { initialRetryTime: 100, maxRetryTime: 500, retries: 500 }

/** A client without any of the service's own code. */
export const plainClient = (brokers: string): Kafka =>
  new Kafka({ brokers: [brokers], clientId: 'reader', logLevel: logLevel.NOTHING, retry: RETRY })

/** Gathers what is in topics, from their beginning on, until that is enough; in order for each partition. */
export async function readTopics(
  brokers: string,
  topics: readonly string[],
  isEnough: (messages: readonly ReadMessage[]) => boolean,
): Promise<readonly ReadMessage[]> {
  const consumer = plainClient(brokers).consumer({ groupId: randomUUID(), sessionTimeout: 60_000 })
  const read: ReadMessage[] = []
  try {
    await consumer.connect()
    await consumer.subscribe({ topics: [...topics], fromBeginning: true })
    await consumer.run({
      eachMessage: async ({ topic, partition, message }) => {
        const headers = Object.entries(message.headers ?? {}).map(([name, value]) => [name, String(value)])
        read.push({
          topic,
          partition,
          offset: message.offset,
          key: String(message.key),
          headers: Object.fromEntries(headers),
          value: String(message.value),
        })
      },
    })
    while (!isEnough(read)) await delay(20)
    return [...read]
  } finally {
    await consumer.disconnect()
  }
}
