import type { TopicMessages } from 'kafkajs'
import { describe, expect, it } from 'vitest'
import { MessageTooLarge } from '../../../../services/adapters/kafka/persistent-producer.ts'
import type { RelayMessage } from '../../../../services/relay/relay-message.ts'
import { sendBatch } from '../../../../services/relay/send-batch.ts'
import type { RelayTopic } from '../../../../services/relay/topic-of.ts'

const message = (position: number, topic: RelayTopic = 'flows'): RelayMessage => ({
  topic,
  key: `key ${position}`,
  headers: { ce_id: `${position}` },
  value: Buffer.from(`${position}`),
  bytes: 10,
  position,
})

/** A broker that takes so many messages at once, and never those of some positions. */
function brokerOf(takes: (positions: readonly string[]) => boolean) {
  const taken: TopicMessages[][] = []
  const told = { sent: [] as number[], tooLarge: [] as number[] }
  const stopping = new AbortController()
  const send = (...messages: readonly RelayMessage[]) =>
    sendBatch(
      {
        producer: {
          send: async (topics) => {
            const positions = topics.flatMap(({ messages }) => messages.map(({ value }) => String(value)))
            if (!takes(positions)) throw new MessageTooLarge('too large')
            taken.push(topics)
          },
        },
        topicPrefix: 'tams',
        onSent: (those) => told.sent.push(...those.map(({ position }) => position)),
        onTooLarge: ({ position }) => {
          told.tooLarge.push(position)
          stopping.abort()
        },
        signal: stopping.signal,
      },
      { messages },
    )
  return { send, taken, told }
}

describe('a batch', () => {
  it('is sent at once, each topic’s messages in order', async () => {
    const { send, taken, told } = brokerOf(() => true)
    await send(message(1), message(2, 'sources'), message(3))
    const sent = (position: number) => ({
      key: `key ${position}`,
      headers: { ce_id: `${position}` },
      value: Buffer.from(`${position}`),
    })
    expect(taken).toStrictEqual([
      [
        { topic: 'tams.flows', messages: [sent(1), sent(3)] },
        { topic: 'tams.sources', messages: [sent(2)] },
      ],
    ])
    expect(told).toStrictEqual({ sent: [1, 2, 3], tooLarge: [] })
  })

  it('is sent in halves, in order, where it is too large as a whole', async () => {
    const { send, taken, told } = brokerOf((positions) => positions.length <= 2)
    await send(...[1, 2, 3, 4, 5].map((position) => message(position)))
    expect(taken.map(([topic]) => topic!.messages.map(({ value }) => String(value)))).toStrictEqual([
      ['1', '2'],
      ['3'],
      ['4', '5'],
    ])
    expect(told.sent).toStrictEqual([1, 2, 3, 4, 5])
  })

  it('goes no further than an event that is too large by itself', async () => {
    const { send, told } = brokerOf((positions) => !positions.includes('3'))
    await expect(send(...[1, 2, 3, 4].map((position) => message(position)))).rejects.toThrow('aborted')
    expect(told).toStrictEqual({ sent: [1, 2], tooLarge: [3] })
  })
})
