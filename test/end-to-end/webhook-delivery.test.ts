import { randomUUID } from 'node:crypto'
import { HTTP } from 'cloudevents'
import { Webhook } from 'standardwebhooks'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { CloudEventAttributes } from '../../contracts/events/public/cloud-event.ts'
import { type Notification, notifications } from '../../contracts/events/public/notification.ts'
import { WebhookEventType } from '../../contracts/resources/webhook.ts'
import { officialNotifications } from '../support/contracts/official-notifications.ts'
import { hasSpecification } from '../support/contracts/tams-specification.ts'
import { videoFlow } from '../support/flow-metadata.ts'
import { serviceOfSuite, startService, withFolder } from '../support/running-service.ts'
import { send } from '../support/tams-requests.ts'
import {
  type Received,
  type Reply,
  until,
  type WebhookReceiver,
  webhookReceiver,
} from '../support/webhook-receiver.ts'

type Body = Record<string, unknown>

const ALL = WebhookEventType.options
const MULTI = 'urn:x-nmos:format:multi'

/** What a client does with one service. */
function clientOf(url: () => string) {
  const ask = async (method: string, path: string, body?: unknown) => {
    const answer = await send(`${url()}${path}`, method, body)
    expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300)
    return answer.body
  }
  return {
    ask,
    register: async (receiver: string, more: Body = {}) =>
      ((await ask('POST', '/service/webhooks', { url: receiver, events: ALL, ...more })) as { id: string })
        .id,
    status: async (id: string) => ((await ask('GET', `/service/webhooks/${id}`)) as Body)['status'],
    putVideo: (id: string, source_id: string, more: Body = {}) =>
      ask('PUT', `/flows/${id}`, videoFlow(id, source_id, more)),
    addSegments: async (flow_id: string, ...starts: readonly number[]) => {
      const object_ids = starts.map(() => randomUUID())
      await ask('POST', `/flows/${flow_id}/storage`, { object_ids })
      const segments = starts.map((start, n) => ({
        object_id: object_ids[n],
        timerange: `[${start}:0_${start + 1}:0)`,
      }))
      await ask('POST', `/flows/${flow_id}/segments`, segments)
    },
  }
}

const typesOf = (received: readonly Received[]) => received.map(({ body }) => body.event_type)
const ids = () => ({ flow: randomUUID(), source: randomUUID() })

describe('a webhook', () => {
  const service = serviceOfSuite()
  const client = clientOf(() => service.url)
  const { ask, register, putVideo, addSegments } = client
  let reply: (request: Omit<Received, 'status'>, before: number) => Reply = () => 200
  let receiver: WebhookReceiver
  const hooks: string[] = []
  const listen = async (path: string, more: Body = {}) => {
    const id = await register(receiver.url + path, more)
    hooks.push(id)
    return id
  }
  beforeAll(async () => {
    receiver = await webhookReceiver((...asked) => reply(...asked))
  })
  afterEach(async () => {
    for (const id of hooks.splice(0)) await send(`${service.url}/service/webhooks/${id}`, 'DELETE')
    reply = () => 200
  })
  afterAll(() => receiver.close())

  const told = async (path: string, count: number) => {
    await until(() => receiver.acknowledged(path).length >= count, `${count} events at ${path}`)
    return receiver.acknowledged(path)
  }

  it('is told of everything that TAMS has a notification for, in order, as TAMS says it', async () => {
    const { flow, source } = ids()
    const id = await listen('/all')
    await putVideo(flow, source, { label: 'first' })
    const created = {
      flow: await ask('GET', `/flows/${flow}`),
      source: await ask('GET', `/sources/${source}`),
    }
    await putVideo(flow, source, { label: 'second' })
    const updated = await ask('GET', `/flows/${flow}`)
    await ask('PUT', `/sources/${source}/label`, 'renamed')
    const renamed = await ask('GET', `/sources/${source}`)
    await addSegments(flow, 0, 1, 5)
    const segments = (await ask('GET', `/flows/${flow}/segments`)) as Body[]
    // URLs are made when it is told, and there are none of what is gone by then.
    await told('/all', 5)
    await ask('DELETE', `/flows/${flow}/segments?timerange=[0:0_2:0)`)
    await ask('DELETE', `/flows/${flow}`)

    const got = await told('/all', 9)
    const events = got.map(({ body }) => [body.event_type, withoutExpiry(body.event)])
    expect(events.slice(0, 6)).toStrictEqual([
      ['sources/created', { source: created.source }],
      ['flows/created', { flow: created.flow }],
      ['flows/updated', { flow: updated }],
      ['sources/updated', { source: renamed }],
      ['flows/segments_added', { flow_id: flow, segments: withoutExpiry(segments) }],
      ['flows/segments_deleted', { flow_id: flow, timerange: '[0:0_2:0)' }],
    ])
    expect(events.slice(6)).toStrictEqual(
      expect.arrayContaining([
        ['flows/deleted', { flow_id: flow }],
        ['flows/segments_deleted', { flow_id: flow, timerange: '[5:0_6:0)' }],
        ['sources/deleted', { source_id: source }],
      ]),
    )
    expect(new Set(typesOf(got))).toStrictEqual(new Set(ALL))
    await until(async () => (await client.status(id)) === 'started', 'it is started')

    const faults = hasSpecification ? officialNotifications() : () => []
    const sequences: string[] = []
    for (const { body, headers, text } of got) {
      expect(faults(body.event_type, body)).toStrictEqual([])
      const own = notifications[body.event_type as Notification['event_type']]
      expect(own.safeParse(body).error).toBeUndefined()
      const event = HTTP.toEvent({ headers, body: text })
      if (Array.isArray(event)) throw new Error('one event at a time')
      const { data, ...attributes } = JSON.parse(JSON.stringify(event))
      expect(data).toStrictEqual(body)
      const parsed = CloudEventAttributes.parse(attributes)
      expect(parsed).toMatchObject({
        source: service.url,
        type: `tams.${body.event_type.replace('/', '.')}`,
        subject: body.event_type.startsWith('flows/') ? flow : source,
        time: (body as unknown as Body)['event_timestamp'],
      })
      sequences.push(parsed.sequence)
    }
    expect(sequences).toStrictEqual([...new Set(sequences)].sort())
  })

  it('hears only of what passes its filters, also of what is gone by then', async () => {
    const { flow, source } = ids()
    const programme = ids()
    const other = ids()
    const only = { events: ['flows/created', 'flows/segments_added', 'flows/deleted', 'sources/deleted'] }
    await listen('/by-flow', { ...only, flow_ids: [flow], events: ['flows/created', 'flows/deleted'] })
    await listen('/by-source', { ...only, source_ids: [source] })
    await listen('/collected', { ...only, flow_collected_by_ids: [programme.flow] })
    await listen('/collected-source', { ...only, source_collected_by_ids: [programme.source] })
    await listen('/uncollected', { ...only, flow_collected_by_ids: [], source_ids: [source, other.source] })
    await listen('/nothing', { events: [] })

    await putVideo(flow, source)
    await putVideo(other.flow, other.source)
    await ask('PUT', `/flows/${programme.flow}`, {
      id: programme.flow,
      source_id: programme.source,
      format: MULTI,
      flow_collection: [{ id: flow, role: 'video' }],
    })
    await addSegments(flow, 0)
    await addSegments(other.flow, 0)
    await ask('DELETE', `/flows/${flow}`)
    await ask('DELETE', `/flows/${other.flow}`)

    const added = 'flows/segments_added'
    const expected: readonly [path: string, types: readonly string[]][] = [
      ['/by-flow', ['flows/created', 'flows/deleted']],
      ['/by-source', ['flows/created', added, 'flows/deleted', 'sources/deleted']],
      ['/collected', [added, 'flows/deleted', 'sources/deleted', 'sources/deleted']],
      ['/collected-source', [added, 'flows/deleted', 'sources/deleted']],
      [
        '/uncollected',
        ['flows/created', 'flows/created', added, 'sources/deleted', 'flows/deleted', 'sources/deleted'],
      ],
      ['/nothing', []],
    ]
    for (const [path, types] of expected) {
      expect(typesOf(await told(path, types.length)).toSorted(), path).toStrictEqual(types.toSorted())
    }
  })

  it('gets the URLs it wants, made for it', async () => {
    const { flow, source } = ids()
    await putVideo(flow, source)
    const options: readonly [path: string, options: Body, query: string][] = [
      ['/plain', { presigned: false }, 'presigned=false'],
      ['/none', { accept_get_urls: [] }, 'accept_get_urls='],
      ['/any-storage', { accept_storage_ids: [] }, 'accept_storage_ids='],
      ['/verbose', { verbose_storage: true }, 'verbose_storage=true'],
      ['/timerange', { include_object_timerange: true }, 'include_object_timerange=true'],
    ]
    for (const [path, more] of options) await listen(path, { ...more, events: ['flows/segments_added'] })
    await addSegments(flow, 0, 1)
    for (const [path, , query] of options) {
      const [got] = await told(path, 1)
      const segments = await ask('GET', `/flows/${flow}/segments?${query}`)
      expect(withoutExpiry(got!.body.event['segments']), path).toStrictEqual(withoutExpiry(segments))
    }
  })

  it('knows by its key and a signature who tells it', async () => {
    const key = `whsec_${Buffer.from('thirty-two bytes for signatures!').toString('base64')}`
    const { flow, source } = ids()
    await listen('/signed', { api_key_name: 'X-Api-Key', api_key_value: key, events: ['flows/created'] })
    await listen('/unsigned', { events: ['flows/created'] })
    await putVideo(flow, source)
    const [signed] = await told('/signed', 1)
    expect(signed!.headers['x-api-key']).toBe(key)
    const headers = signed!.headers as Record<string, string>
    expect(new Webhook(key).verify(signed!.text, headers)).toStrictEqual(signed!.body)
    expect(headers['webhook-id']).toBe(headers['ce-id'])
    const [unsigned] = await told('/unsigned', 1)
    expect(Object.keys(unsigned!.headers).filter((name) => name.startsWith('webhook-'))).toStrictEqual([])
  })

  it('is told again what it did not take, and nothing else before that', async () => {
    const failures: readonly Reply[] = [500, 'reset', { status: 307, headers: { location: '/elsewhere' } }]
    reply = ({ path }, before) => (path === '/flaky' ? (failures[before] ?? 200) : 200)
    const { flow, source } = ids()
    await listen('/flaky', { events: ['flows/created', 'flows/updated'] })
    await listen('/beside', { events: ['flows/created', 'flows/updated'] })
    await putVideo(flow, source)
    await putVideo(flow, source, { label: 'x' })
    expect(typesOf(await told('/beside', 2))).toStrictEqual(['flows/created', 'flows/updated'])
    expect(typesOf(await told('/flaky', 2))).toStrictEqual(['flows/created', 'flows/updated'])
    const attempts = receiver.received.filter(({ path }) => path === '/flaky')
    expect(attempts.map(({ status }) => status)).toStrictEqual([500, undefined, 307, 200, 200])
    const messages = attempts.map(({ headers }) => headers['ce-id'])
    expect(new Set(messages.slice(0, 4)).size).toBe(1)
    expect(messages[4]).not.toBe(messages[0])
    expect(receiver.received.some(({ path }) => path === '/elsewhere')).toBe(false)
  })

  it('is told nothing of the time while its client had it disabled', async () => {
    const { flow, source } = ids()
    const url = `${receiver.url}/off`
    const events = ['flows/created', 'flows/updated']
    const id = await listen('/off', { events })
    const put = (status: string) => ask('PUT', `/service/webhooks/${id}`, { id, url, events, status })
    await putVideo(flow, source)
    await told('/off', 1)
    await put('disabled')
    await putVideo(flow, source, { label: 'unheard' })
    expect(await client.status(id)).toBe('disabled')
    await put('created')
    await putVideo(flow, source, { label: 'heard' })
    const got = await told('/off', 2)
    expect(got.map(({ body }) => (body.event['flow'] as Body)['label'])).toStrictEqual([undefined, 'heard'])
    await until(async () => (await client.status(id)) === 'started', 'it is started')
  })
})

describe('a webhook whose receiver is gone', () => {
  it('ends in error, says why, and goes on from there when its client says so', async () => {
    const receiver = await webhookReceiver()
    await withFolder(async (folder) => {
      const service = await startService(folder, { WEBHOOK_RETRY_FOR: '1' })
      const { ask, register, status, putVideo } = clientOf(() => service.url)
      const { flow, source } = ids()
      const events = ['flows/created', 'flows/updated']
      const id = await register(`${receiver.url}/gone`, { events })
      await receiver.close()
      await putVideo(flow, source)
      await putVideo(flow, source, { label: 'x' })
      await until(async () => (await status(id)) === 'error', 'it is given up')
      expect(await ask('GET', `/service/webhooks/${id}`)).toMatchObject({
        error: {
          type: 'webhook_delivery_failed',
          summary: expect.stringMatching(/could not be delivered in \d+ attempts since .*ECONNREFUSED/),
        },
      })
      await receiver.open()
      const again = { id, url: `${receiver.url}/gone`, events, status: 'created' }
      await ask('PUT', `/service/webhooks/${id}`, again)
      await until(() => receiver.acknowledged('/gone').length === 2, 'both events')
      expect(typesOf(receiver.acknowledged('/gone'))).toStrictEqual(events)
      await until(async () => (await status(id)) === 'started', 'it is started')
      await service.stop()
    })
    await receiver.close()
  })
})

/** URLs of one object differ by the minute they were made in. */
const withoutExpiry = (segments: unknown): unknown =>
  JSON.parse(JSON.stringify(segments).replace(/\?expires=[^"]*/g, ''))
