import { describe, expect, it } from 'vitest'
import type { RecordedEvent } from '../../../../contracts/events/recorded-event.ts'
import { eventFeed } from '../../../../services/event-streams/event-feed.ts'
import { messagesOf } from '../../../../services/event-streams/event-message.ts'
import type { PublicEvent } from '../../../../services/public-events/public-event.ts'
import { videoFlow } from '../../../support/flow-metadata.ts'
import { until } from '../../../support/webhook-receiver.ts'
import { withHarness } from '../../../support/with-harness.ts'

const told = ({ position, id, timeMs, correlationId }: RecordedEvent): PublicEvent => {
  const context = { flow_id: 'flow', source_id: 'camera' }
  const of = { position, id, timeMs, correlationId }
  return { ...of, type: 'flows/updated', context, told: { what: 'flow', json: '{}' } }
}

describe('a feed of events', () => {
  // A subscription reads 50 events of some types at a time.
  it.each([1, 49, 50, 51, 100])('hands out the last %i of a log at once, in order', async (count) => {
    await withHarness(async ({ log, catalog, services, putFlow }) => {
      await putFlow(videoFlow('flow', 'camera'))
      for (let n = 0; n < count; n++) await putFlow(videoFlow('flow', 'camera', { label: String(n) }))
      const head = await log.head()
      const segmentTools = () => ({
        reader: catalog.reader,
        storageBackends: services.storageBackends,
        nowMs: 0,
      })
      const feed = eventFeed({
        log,
        tell: async (events) => events.map(told),
        messagesOf: (event) => messagesOf(event, { segmentTools, publicUrl: () => 'http://localhost' }),
        atOnce: (ask) => catalog.reader.atOnce(ask),
      })
      const groups: number[][] = []
      feed.follow(head - count, {
        types: ['FlowUpdated'],
        onMessages: (messages) => {
          groups.push(messages.map(({ event }) => event.position))
        },
        onFailure: (error) => {
          throw error
        },
      })
      await until(() => groups.flat().length === count, 'all are handed out')
      expect(groups).toStrictEqual([Array.from({ length: count }, (_, n) => head - count + 1 + n)])
      await until(() => feed.position() === head, 'the feed is at the end')
      feed.stop()
    })
  })
})
