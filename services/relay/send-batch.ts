import { setTimeout as delay } from 'node:timers/promises'
import type { Message, TopicMessages } from 'kafkajs'
import { MessageTooLarge, type PersistentProducer } from '../adapters/kafka/persistent-producer.ts'
import type { Batch } from './outbox.ts'
import type { RelayMessage } from './relay-message.ts'
import { type RelayTopic, topicName } from './topic-of.ts'

export type BatchSender = {
  readonly producer: Pick<PersistentProducer, 'send'>
  readonly topicPrefix: string
  readonly onSent: (messages: readonly RelayMessage[]) => void
  /** It goes no further than this message, until its topic takes more. */
  readonly onTooLarge: (message: RelayMessage) => void
  readonly signal: AbortSignal
}

/** Topics can be changed while the relay stands still. */
const LOOK_AGAIN_MS = 30_000

/**
 * Sends a batch. What is too large together is sent in halves; an event that is too large by itself is tried
 * again now and then, and nothing is sent before it, as it is never skipped.
 */
export async function sendBatch(sender: BatchSender, { messages }: Pick<Batch, 'messages'>): Promise<void> {
  const { producer, topicPrefix, onSent, onTooLarge, signal } = sender
  for (;;) {
    try {
      await producer.send(byTopic(topicPrefix, messages))
      return onSent(messages)
    } catch (error) {
      if (!(error instanceof MessageTooLarge)) throw error
      if (messages.length > 1) break
      onTooLarge(messages[0]!)
      await delay(LOOK_AGAIN_MS, undefined, { signal })
    }
  }
  const half = Math.ceil(messages.length / 2)
  await sendBatch(sender, { messages: messages.slice(0, half) })
  await sendBatch(sender, { messages: messages.slice(half) })
}

/** The client groups them by partition, and leaves them in order there. */
function byTopic(prefix: string, messages: readonly RelayMessage[]): TopicMessages[] {
  const topics = new Map<RelayTopic, Message[]>()
  for (const { topic, key, headers, value } of messages) {
    const those = topics.get(topic) ?? []
    those.push({ key, headers, value })
    topics.set(topic, those)
  }
  return [...topics].map(([topic, those]) => ({ topic: topicName(prefix, topic), messages: those }))
}
