import { randomBytes, randomUUID } from 'node:crypto'
import { request as httpRequest } from 'node:http'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { videoFlow } from '../support/flow-metadata.ts'
import { startService, withFolder } from '../support/running-service.ts'
import type { ReceivedSpan } from '../support/tracing/decode-spans.ts'
import { type OtlpReceiver, otlpReceiver } from '../support/tracing/otlp-receiver.ts'
import { until, type WebhookReceiver, webhookReceiver } from '../support/webhook-receiver.ts'

type Answer = { readonly status: number; readonly requestId: string }

/** `fetch` keeps some headers to itself. */
const ask = (url: string, method: string, body: unknown, headers: Record<string, string> = {}) =>
  new Promise<Answer>((resolve, reject) => {
    const sent = { ...headers, 'content-type': 'application/json' }
    const request = httpRequest(url, { method, headers: sent }, (response) => {
      response.resume()
      response.on('end', () =>
        resolve({ status: response.statusCode!, requestId: String(response.headers['x-request-id']) }),
      )
    })
    request.on('error', reject)
    request.end(body === undefined ? undefined : JSON.stringify(body))
  })

const newTrace = (flags = '01') => {
  const traceId = randomBytes(16).toString('hex')
  const spanId = randomBytes(8).toString('hex')
  return { traceId, spanId, traceparent: `00-${traceId}-${spanId}-${flags}` }
}

/** A Flow that has an object for one segment. */
async function flowFor(url: string) {
  const flow_id = randomUUID()
  const object_id = randomUUID()
  expect((await ask(`${url}/flows/${flow_id}`, 'PUT', videoFlow(flow_id, randomUUID()))).status).toBe(201)
  const storage = await ask(`${url}/flows/${flow_id}/storage`, 'POST', { object_ids: [object_id] })
  expect(storage.status).toBe(201)
  return {
    flow_id,
    segments: `${url}/flows/${flow_id}/segments`,
    segment: { object_id, timerange: '[0:0_1:0)' },
  }
}

const namesIn = (spans: readonly ReceivedSpan[], traceId: string) =>
  spans.filter((span) => span.traceId === traceId).map(({ name }) => name)

const SEGMENTS = '/flows/:flowId/segments'

describe('traces', () => {
  let otlp: OtlpReceiver
  let receiver: WebhookReceiver
  beforeAll(async () => {
    otlp = await otlpReceiver()
    receiver = await webhookReceiver()
  })
  afterAll(() => Promise.all([otlp.close(), receiver.close()]))
  const environment = () => ({
    OTLP_ENDPOINT: otlp.url,
    OTLP_HEADERS: 'authorization=Bearer%20otlp',
    LOG_LEVEL: 'debug',
  })

  it('tell of a request in the trace of its caller, down to the catalog, and link what follows', () =>
    withFolder(async (folder) => {
      const service = await startService(folder, environment())
      const hook = await ask(`${service.url}/service/webhooks`, 'POST', {
        url: `${receiver.url}/linked`,
        events: ['flows/segments_added'],
      })
      expect(hook.status).toBe(201)
      const { segments, segment } = await flowFor(service.url)
      const { traceId, spanId, traceparent } = newTrace()
      const answer = await ask(`${segments}?access_token=not-to-be-told`, 'POST', segment, { traceparent })
      expect(answer.status).toBe(201)
      await until(() => receiver.acknowledged('/linked').length > 0, 'a delivery')
      const wanted = [`POST ${SEGMENTS}`, 'append', 'command', 'log commit', 'project to catalog']
      await until(() => namesIn(otlp.spans, traceId).length >= wanted.length, 'the whole trace')
      const inTrace = otlp.spans.filter((span) => span.traceId === traceId)
      expect(inTrace.map(({ name }) => name).sort()).toEqual(wanted)

      const request = inTrace.find(({ kind }) => kind === 2)!
      expect(request).toMatchObject({
        component: 'api',
        parentSpanId: spanId,
        name: `POST ${SEGMENTS}`,
        status: 0,
        attributes: {
          'http.request.method': 'POST',
          'http.route': SEGMENTS,
          'http.response.status_code': 201,
          'framelog.request_id': answer.requestId,
        },
      })
      for (const span of inTrace) {
        expect(span.endNs).toBeGreaterThanOrEqual(span.startNs)
        if (span !== request) expect(span.parentSpanId).toBe(request.spanId)
      }
      expect(answer.requestId).toBe(`00-${traceId}-${request.spanId}-01`)
      expect(inTrace.find(({ name }) => name === 'project to catalog')!.component).toBe('catalog')

      const isDelivery = ({ name, links }: ReceivedSpan) =>
        name === 'deliver to webhook' && links.some((link) => link.traceId === traceId)
      await until(() => otlp.spans.some(isDelivery), 'the span of the delivery')
      const delivery = otlp.spans.find(isDelivery)!
      expect(delivery).toMatchObject({
        component: 'webhooks',
        kind: 3,
        parentSpanId: '',
        links: [{ traceId, spanId: request.spanId }],
        attributes: { 'http.response.status_code': 200, 'framelog.event_type': 'flows/segments_added' },
      })
      // The receiver is told of the delivery, and of nothing else.
      expect(delivery.traceId).not.toBe(traceId)
      expect(receiver.acknowledged('/linked')[0]!.headers['traceparent']).toBe(
        `00-${delivery.traceId}-${delivery.spanId}-01`,
      )
      // The log of the request names its trace.
      const lines = service
        .log()
        .split('\n')
        .flatMap((line) => (line.startsWith('{') ? [JSON.parse(line)] : []))
      expect(lines.find(({ request_id }) => request_id === answer.requestId)).toMatchObject({
        msg: 'request',
        trace_id: traceId,
      })
      expect(otlp.headers[0]!.authorization).toBe('Bearer otlp')
      expect(Buffer.concat(otlp.bodies.slice()).includes('not-to-be-told')).toBe(false)
      expect(service.log()).not.toContain('not-to-be-told')
      await service.stop()
    }))

  it('begin with a request that brings none, and are found by its id', () =>
    withFolder(async (folder) => {
      const service = await startService(folder, environment())
      const { segments, segment } = await flowFor(service.url)
      const { requestId } = await ask(segments, 'POST', segment)
      const traceId = requestId.replaceAll('-', '')
      await until(() => namesIn(otlp.spans, traceId).length >= 5, 'the whole trace')
      const request = otlp.spans.find((span) => span.traceId === traceId && span.kind === 2)!
      expect(request).toMatchObject({ parentSpanId: '', name: `POST ${SEGMENTS}` })
      await service.stop()
    }))

  it('are two, linked to each other, where a request brings an id of its own beside its trace', () =>
    withFolder(async (folder) => {
      const service = await startService(folder, environment())
      const { segments, segment } = await flowFor(service.url)
      const { traceId, traceparent } = newTrace()
      const own = randomUUID()
      const headers = { traceparent, 'x-request-id': own }
      const { requestId } = await ask(segments, 'POST', segment, headers)
      expect(requestId).toBe(own)
      const ofId = own.replaceAll('-', '')
      await until(() => namesIn(otlp.spans, ofId).length >= 5, 'the trace of the id')
      await until(() => namesIn(otlp.spans, traceId).length >= 1, 'the trace of the caller')
      const server = otlp.spans.find((span) => span.traceId === traceId)!
      const inside = otlp.spans.find((span) => span.traceId === ofId && span.name === server.name)!
      expect(server.links).toEqual([{ traceId: ofId, spanId: inside.spanId }])
      expect(inside.links).toEqual([{ traceId, spanId: server.spanId }])
      await service.stop()
    }))

  it('are not recorded where the caller records none of its own', () =>
    withFolder(async (folder) => {
      const service = await startService(folder, environment())
      const { segments, segment } = await flowFor(service.url)
      const silent = newTrace('00')
      await ask(segments, 'POST', segment, { traceparent: silent.traceparent })
      const { requestId } = await ask(`${service.url}/service`, 'GET', undefined)
      await service.stop()
      // What is recorded leaves before the process ends.
      expect(namesIn(otlp.spans, requestId.replaceAll('-', ''))).toEqual(['GET /service'])
      expect(namesIn(otlp.spans, silent.traceId)).toEqual([])
    }))

  it('are linked by what is done about an event after the process that took it was killed', () =>
    withFolder(async (folder) => {
      const first = await startService(folder, environment())
      await receiver.close()
      const registered = await ask(`${first.url}/service/webhooks`, 'POST', {
        url: `${receiver.url}/later`,
        events: ['flows/segments_added'],
      })
      expect(registered.status).toBe(201)
      const { segments, segment } = await flowFor(first.url)
      const { traceId, traceparent } = newTrace()
      expect((await ask(segments, 'POST', segment, { traceparent })).status).toBe(201)
      await first.kill()

      await receiver.open()
      const second = await startService(folder, environment())
      await until(() => receiver.acknowledged('/later').length > 0, 'a delivery after the restart')
      const isDelivery = ({ links, attributes }: ReceivedSpan) =>
        links.some((link) => link.traceId === traceId) && attributes['http.response.status_code'] === 200
      await until(() => otlp.spans.some(isDelivery), 'the span of the delivery')
      await second.stop()
    }))

  it('cost nobody anything but spans while they cannot be sent', () =>
    withFolder(async (folder) => {
      const away = await otlpReceiver()
      await away.close()
      const service = await startService(folder, { OTLP_ENDPOINT: away.url })
      const { segments, segment } = await flowFor(service.url)
      expect((await ask(segments, 'POST', segment)).status).toBe(201)
      const dropped = async () => {
        const text = await (await fetch(`${service.url}/metrics`)).text()
        return Number(/^framelog_trace_spans_total\{outcome="dropped"\} (\d+)$/m.exec(text)?.[1])
      }
      await until(async () => (await dropped()) > 0, 'spans that are dropped')
      expect((await fetch(`${service.url}/health`)).status).toBe(200)
      expect(await service.stop()).toBe(0)
    }))
})
