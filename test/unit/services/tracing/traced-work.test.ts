import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { PublicEvent } from '../../../../services/public-events/public-event.ts'
import { relayMessages } from '../../../../services/relay/relay-message.ts'
import { tracedSend } from '../../../../services/relay/traced-send.ts'
import { tracedAfter } from '../../../../services/tracing/spans-of-events.ts'
import { startTracing, stopTracing } from '../../../../services/tracing/tracing.ts'
import { type OtlpReceiver, otlpReceiver } from '../../../support/tracing/otlp-receiver.ts'

let otlp: OtlpReceiver
beforeEach(async () => {
  otlp = await otlpReceiver()
  await startTracing({ url: `${otlp.url}/v1/traces`, headers: {}, ratio: 1 }, 'test', undefined)
})
afterEach(async () => {
  await stopTracing()
  await otlp.close()
})

const deleted = (correlationId: string): PublicEvent => ({
  position: 1,
  id: randomUUID(),
  timeMs: 0,
  type: 'flows/deleted',
  correlationId,
  context: { flow_id: 'flow', source_id: 'source', source_collected_by: [] },
  told: { what: 'flow_id', flow_id: 'flow' },
})

const none = () => Promise.reject(new Error('no segments'))

it('messages to Kafka say where their request is traced, and a batch is linked to all of them', async () => {
  const requests = [randomUUID(), randomUUID()]
  const messages = []
  for (const request of [...requests, requests[0]!]) {
    const settings = { mode: 'binary', source: 'http://localhost' } as const
    for await (const message of relayMessages(deleted(request), settings, none)) messages.push(message)
  }
  const traceIds = requests.map((request) => request.replaceAll('-', ''))
  expect(messages[0]!.headers['traceparent']).toBe(`00-${traceIds[0]}-${traceIds[0]!.slice(16)}-01`)
  await tracedSend({ messages, through: 1 }, async () => undefined)
  await stopTracing()
  expect(otlp.spans).toMatchObject([
    {
      name: 'publish to Kafka',
      kind: 4,
      parentSpanId: '',
      attributes: { 'messaging.batch.message_count': 3 },
    },
  ])
  expect(otlp.spans[0]!.links.map(({ traceId }) => traceId)).toEqual(traceIds)
})

it('of what fails, the kind of error is told, and no more', async () => {
  const failing = () => Promise.reject(new TypeError('https://user:hidden@example.com/'))
  const events = [{ correlationId: 'ingest-7' }]
  await expect(tracedAfter(events, 'retiring', {}, failing)).rejects.toThrow('hidden')
  await stopTracing()
  expect(otlp.spans).toMatchObject([
    { name: 'retiring', kind: 5, status: 2, attributes: { 'error.type': 'TypeError' } },
  ])
  expect(Buffer.concat(otlp.bodies.slice()).includes('hidden')).toBe(false)
})
