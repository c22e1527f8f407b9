import { Kafka } from 'cloudevents'
import { describe, expect, it } from 'vitest'
import type { EventMode } from '../../../../services/config/kafka-config.ts'
import type { PublicEvent } from '../../../../services/public-events/public-event.ts'
import { type RelayMessage, relayMessages } from '../../../../services/relay/relay-message.ts'
import { storageBackends } from '../../../../services/storage/storage-backends.ts'
import { catalogOfEvents } from '../../../support/catalog-of-events.ts'

const SOURCE = 'https://tams.example.com'
const FLOW = '11111111-1111-4111-8111-111111111111'
const SOURCE_ID = '22222222-2222-4222-8222-222222222222'
/** What topics take by default, of which a little is for the frame. */
const TAKEN_BYTES = 1_000_000

const deleted: PublicEvent = {
  position: 42,
  id: '33333333-3333-4333-8333-333333333333',
  timeMs: Date.UTC(2026, 10, 25, 8, 0, 0, 7),
  type: 'flows/deleted',
  correlationId: 'request',
  context: { flow_id: FLOW, source_id: SOURCE_ID, source_collected_by: [] },
  told: { what: 'flow_id', flow_id: FLOW },
}

const attributes = {
  specversion: '1.0',
  id: deleted.id,
  source: SOURCE,
  type: 'tams.flows.deleted',
  subject: FLOW,
  time: '2026-11-25T08:00:00.007Z',
  datacontenttype: 'application/json',
  dataschema: `${SOURCE}/asyncapi.json#/components/schemas/FlowDeletedNotification`,
  sequence: '0000000000000042',
  partitionkey: FLOW,
}

const data = {
  event_timestamp: '2026-11-25T08:00:00.007Z',
  event_type: 'flows/deleted',
  event: { flow_id: FLOW },
}

const messagesOf = async (
  event: PublicEvent,
  mode: EventMode = 'binary',
  { reader } = catalogOfEvents(),
): Promise<readonly RelayMessage[]> => {
  const tools = { reader, storageBackends: storageBackends([]), nowMs: 0 }
  const messages: RelayMessage[] = []
  for await (const message of relayMessages(event, { mode, source: SOURCE }, async () => tools)) {
    messages.push(message)
  }
  return messages
}

/** As the SDK for CloudEvents reads it. */
function readBack({ key, headers, value }: RelayMessage) {
  const message = { key, headers, value: String(value), body: String(value) }
  return Kafka.toEvent(message)
}

describe('an event as a message of Kafka', () => {
  it('has its attributes in headers, and the body of a notification as its value', async () => {
    const [message, ...more] = await messagesOf(deleted)
    const { datacontenttype, ...others } = attributes
    const ce = Object.fromEntries(Object.entries(others).map(([name, value]) => [`ce_${name}`, value]))
    expect(message).toMatchObject({ topic: 'flows', key: FLOW, position: 42 })
    expect(message!.headers).toStrictEqual({ 'content-type': datacontenttype, ...ce })
    expect(JSON.parse(String(message!.value))).toStrictEqual(data)
    expect(more).toStrictEqual([])
  })

  it('is one document, where that is wanted', async () => {
    const [message] = await messagesOf(deleted, 'structured')
    expect(message!.headers).toStrictEqual({ 'content-type': 'application/cloudevents+json; charset=UTF-8' })
    expect(JSON.parse(String(message!.value))).toStrictEqual({ ...attributes, data })
  })

  it.each(['binary', 'structured'] as const)(
    'is read by others who know CloudEvents, in %s mode',
    async (mode) => {
      const [message] = await messagesOf(deleted, mode)
      expect(readBack(message!)).toMatchObject({
        id: attributes.id,
        type: attributes.type,
        source: SOURCE,
        subject: FLOW,
        time: attributes.time,
        data,
      })
    },
  )

  it('of a Source goes by that, to a topic of its own', async () => {
    const [message] = await messagesOf({
      ...deleted,
      type: 'sources/deleted',
      context: { source_id: SOURCE_ID, source_collected_by: [] },
      told: { what: 'source_id', source_id: SOURCE_ID },
    })
    expect(message).toMatchObject({ topic: 'sources', key: SOURCE_ID })
  })

  it.each([
    ['short', 5_000, 'object'],
    ['long, of letters that take three bytes', 2_000, '影'.repeat(300)],
  ])('of many segments whose ids are %s comes in parts that topics take', async (_, count, name) => {
    const segments = Array.from({ length: count }, (_each, n) => ({
      object_id: `${name}-${n}`,
      timerange: `[${n}:0_${n + 1}:0)`,
    }))
    const catalog = catalogOfEvents(
      ...segments.map(({ object_id, timerange }) => ({
        type: 'ObjectReferenced' as const,
        data: { object_id, flow_id: FLOW, role: 'media' as const, count: 1, registration: { timerange } },
      })),
    )
    const added: PublicEvent = {
      ...deleted,
      position: count,
      type: 'flows/segments_added',
      told: { what: 'segments', flow_id: FLOW, segments },
    }
    const messages = await messagesOf(added, 'binary', catalog)
    const again = await messagesOf(added, 'binary', catalog)
    catalog.close()
    expect(messages.length).toBeGreaterThan(1)
    for (const { bytes, value } of messages) {
      expect(bytes).toBeGreaterThan(value.length)
      expect(bytes).toBeLessThan(TAKEN_BYTES)
    }
    const ids = messages.map(({ headers }) => headers['ce_id'])
    expect(new Set(ids).size).toBe(messages.length)
    expect(ids[0]).toBe(deleted.id)
    expect(again.map(({ headers }) => headers)).toStrictEqual(messages.map(({ headers }) => headers))
    expect(again.every(({ value }, n) => value.equals(messages[n]!.value))).toBe(true)
    const told = messages.flatMap(({ value }) => JSON.parse(String(value)).event.segments)
    expect(told).toStrictEqual(segments.map((segment) => ({ ...segment, get_urls: [] })))
  })
})
