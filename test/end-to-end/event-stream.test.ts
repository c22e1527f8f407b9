import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { cloudEventType } from '../../contracts/events/public/cloud-event.ts'
import { notifications } from '../../contracts/events/public/notification.ts'
import {
  ExtensionEventType,
  isExtension,
  PublicEventType,
} from '../../contracts/events/public/public-event-type.ts'
import type { DeletionRequest } from '../../contracts/resources/deletion-request.ts'
import type { FlowSegment } from '../../contracts/resources/flow-segment.ts'
import type { MediaObject } from '../../contracts/resources/media-object.ts'
import { openSqliteEventLog } from '../../services/adapters/event-log/sqlite/open-sqlite-event-log.ts'
import { typeToldAs } from '../../services/public-events/told-as.ts'
import { type SubscribeOptions, subscribe, type ToldEvent } from '../../services/subscriber/subscribe.ts'
import { wholeLog } from '../support/command-harness.ts'
import { startCuttingProxy } from '../support/cutting-proxy.ts'
import { serviceOfSuite, startService, withFolder } from '../support/running-service.ts'
import { fillFlow, putFlow, send, videoFlow } from '../support/tams-requests.ts'
import { until } from '../support/webhook-receiver.ts'

const RECONNECTS = 50

type Reader = {
  readonly events: readonly ToldEvent[]
  /** How often its connection was lost. */
  lost(): number
  stop(): Promise<void>
}

/** Reads until it is stopped. */
function read(options: Omit<SubscribeOptions, 'signal'>): Reader {
  const stopping = new AbortController()
  const events: ToldEvent[] = []
  let lost = 0
  const reading = (async () => {
    const onLost = () => {
      lost++
    }
    for await (const event of subscribe({ retryMs: 1, onLost, ...options, signal: stopping.signal })) {
      events.push(event)
    }
  })()
  return {
    events,
    lost: () => lost,
    stop: () => {
      stopping.abort()
      return reading
    },
  }
}

const idsOf = ({ events }: Reader): readonly string[] => events.map(({ attributes }) => attributes.id)

/** What the log of a folder has to tell: everything, and that of which webhooks can be told. */
async function idsInLog(folder: string) {
  const log = openSqliteEventLog({ path: join(folder, 'events.db') })
  const events = await wholeLog(log)
  await log.close()
  const told = events.flatMap((event) => {
    const type = typeToldAs(event.type)
    // Only the first use of an object makes it known.
    const isTold = event.type !== 'ObjectReferenced' || event.data.registration !== undefined
    return type !== null && isTold ? [{ id: event.id, type }] : []
  })
  const tams = told.filter(({ type }) => !isExtension(type))
  return { all: told.map(({ id }) => id), tams: tams.map(({ id }) => id) }
}

/** The position of the last event that a reader has. */
const reached = ({ events }: Reader): number => Number(events.at(-1)?.attributes.sequence ?? 0)

/** Positions that a reader may be behind before nothing more happens until it has them. */
const MAX_BEHIND = 300

/** Makes flows and fills and changes them, until it is told to stop. */
async function produce(url: string, isOver: () => boolean, behind: () => number): Promise<void> {
  while (!isOver()) {
    await until(() => isOver() || behind() < MAX_BEHIND, 'the reader keeps up', 120)
    const id = await putFlow(url)
    await fillFlow(url, id, 3)
    await send(`${url}/flows/${id}/label`, 'PUT', randomUUID())
    await send(`${url}/flows/${id}`, 'DELETE')
  }
}

describe.each(['true', 'false'])('the stream of events, with WEBHOOKS_ENABLED=%s', (WEBHOOKS_ENABLED) => {
  it('tells every event once and in order to readers whose connections are cut', async () => {
    await withFolder(async (folder) => {
      const service = await startService(folder, { WEBHOOKS_ENABLED })
      const proxy = await startCuttingProxy(service.url, () => 300 + Math.floor(Math.random() * 4_000))
      const types = PublicEventType.options
      const cut = read({ url: proxy.url, from: 1, types })
      const steady = read({ url: service.url, from: 0 })
      const isOver = () => cut.lost() >= RECONNECTS
      const behind = () => reached(steady) - reached(cut)
      await Promise.all(Array.from({ length: 2 }, () => produce(service.url, isOver, behind)))

      const expected = await idsInLog(folder)
      await until(
        () => cut.events.length >= expected.all.length && steady.events.length >= expected.tams.length,
        'the events',
        120,
      )
      const coarse = await startCuttingProxy(service.url, () => 2_000 + Math.floor(Math.random() * 20_000))
      const late = read({ url: coarse.url, from: 1, types })
      await until(() => late.events.length >= expected.all.length, 'the events', 120)
      await Promise.all([cut.stop(), steady.stop(), late.stop()])
      await Promise.all([proxy.close(), coarse.close()])
      await service.stop()

      expect(coarse.cuts()).toBeGreaterThan(0)
      expect(idsOf(cut)).toEqual(expected.all)
      expect(idsOf(steady)).toEqual(expected.tams)
      expect(idsOf(late)).toEqual(expected.all)
    })
  })
})

describe('a service that stops', () => {
  it('ends its streams at once, and their readers go on with the next one', async () => {
    await withFolder(async (folder) => {
      let service = await startService(folder)
      const { port } = new URL(service.url)
      const reader = read({ url: service.url, from: 1 })
      const first = await putFlow(service.url)
      await until(() => reader.events.length === 2, 'the events')
      const text = (await fetch(`${service.url}/events`)).text()
      expect(await service.stop()).toBe(0)
      // It was not cut off.
      expect(await text).toMatch(/\n: the service stops\n\n$/)

      service = await startService(folder, { PORT: port })
      const second = await putFlow(service.url)
      await until(() => reader.events.length === 4, 'the events')
      await reader.stop()
      await service.stop()
      const created = reader.events.filter(({ type }) => type === 'flows/created')
      expect(created.map(({ attributes }) => attributes.subject)).toEqual([first, second])
    })
  })
})

describe('events', () => {
  const service = serviceOfSuite({ EVENT_STREAMS_MAX: '210' })

  it('are CloudEvents of what webhooks are told', async () => {
    const flow = videoFlow()
    const reader = read({ url: service.url, from: new Date(), sourceIds: [flow['source_id'] as string] })
    await send(`${service.url}/flows/${flow.id}`, 'PUT', flow)
    const [object_id] = await fillFlow(service.url, flow.id, 1)
    await send(`${service.url}/flows/${flow.id}`, 'DELETE')
    await until(() => reader.events.some(({ type }) => type === 'flows/deleted'), 'the events')
    await reader.stop()

    for (const { type, data, attributes, cursor } of reader.events) {
      expect(notifications[type].parse(data)).toEqual(data)
      expect(attributes).toMatchObject({
        specversion: '1.0',
        source: service.url,
        type: cloudEventType(type),
        datacontenttype: 'application/json',
        sequence: cursor.padStart(16, '0'),
      })
    }
    const added = reader.events.find(({ type }) => type === 'flows/segments_added')
    expect(added?.data.event).toEqual({
      flow_id: flow.id,
      segments: [{ object_id, timerange: '[0:0_1:0)', ts_offset: '0:0', get_urls: [] }],
    })
  })

  it('tell of objects and deletion requests what the API tells of them', async () => {
    const { url } = service
    const reader = read({ url, from: new Date(), types: ExtensionEventType.options })
    const flow = await putFlow(url)
    const [object_id] = await fillFlow(url, flow, 1)
    const object = await send(`${url}/objects/${object_id}?include_checksums=true`, 'GET')
    await send(`${url}/objects/${object_id}/instances`, 'POST', {
      url: 'https://media.example.com/a?secret=1',
      label: 'web',
    })
    await send(`${url}/objects/${object_id}/instances?label=web`, 'DELETE')
    const { body } = await send(`${url}/flow-delete-requests`, 'POST', { flow_id: flow })
    const { id } = body as DeletionRequest
    const isOver = () => reader.events.some(({ type }) => type === 'objects/deleted')
    await until(() => isOver() && reader.events.some(({ type }) => type.endsWith('completed')), 'the end')
    await reader.stop()

    const { get_urls: _, referenced_by_flows: __, ...shown } = object.body as MediaObject
    const ofObject = reader.events.filter(({ attributes }) => attributes.subject === object_id)
    expect(ofObject.map(({ type, data }) => [type, data.event])).toEqual([
      [
        'objects/allocated',
        { object_id, flow_id: flow, storage_id: expect.any(String), content_type: 'video/mp2t' },
      ],
      ['objects/created', { object: shown }],
      ['objects/instance_added', { object_id, label: 'web' }],
      ['objects/instance_removed', { object_id, label: 'web' }],
      ['objects/deleted', { object_id }],
    ])
    const ofDeletion = reader.events.filter(({ attributes }) => attributes.subject === id)
    const request = (await send(`${url}/flow-delete-requests/${id}`, 'GET')).body
    // It may have begun, or be over, by the time that the request for it was answered.
    const { expiry: ___, ...asked } = body as DeletionRequest
    const { created, timerange_to_delete } = asked
    const first = { ...asked, timerange_remaining: timerange_to_delete }
    expect(ofDeletion.at(0)?.data.event).toEqual({
      flow_delete_request: { ...first, status: 'created', updated: created },
    })
    expect(ofDeletion.at(-1)?.data.event).toEqual({ flow_delete_request: request })
    expect(new Set(ofDeletion.map(({ type }) => type))).toEqual(
      new Set(['created', 'updated', 'completed'].map((what) => `flow_delete_requests/${what}`)),
    )
    for (const { type, data, attributes } of reader.events) {
      expect(notifications[type].parse(data)).toEqual(data)
      expect(attributes.partitionkey).toBe(type.startsWith('objects/') ? attributes.subject : flow)
    }
  })

  it('have the URLs that are asked for', async () => {
    const { url } = service
    const flow = await putFlow(url)
    const types = ['flows/segments_added'] as const
    const choices = [{ getUrls: {} }, { getUrls: { presigned: false } }, { getUrls: { labels: [] } }, {}]
    const readers = choices.map((choice) => read({ url, types, flowIds: [flow], from: 1, ...choice }))
    await fillFlow(url, flow, 1)
    await until(() => readers.every(({ events }) => events.length === 1), 'the events')
    await Promise.all(readers.map((reader) => reader.stop()))
    const urlsOf = (segments: unknown) =>
      (segments as readonly FlowSegment[]).map(({ get_urls = [] }) =>
        // What presigned URLs are signed with is of the time.
        get_urls.map((each) => ({ ...each, url: each.url.split('?')[0] })),
      )
    const [all, plain] = await Promise.all(
      ['', '?presigned=false'].map((query) => send(`${url}/flows/${flow}/segments${query}`, 'GET')),
    )
    expect(urlsOf(all!.body).flat()).toHaveLength(1)
    expect(
      readers.map(({ events: [event] }) =>
        event?.type === 'flows/segments_added' ? urlsOf(event.data.event.segments) : event,
      ),
    ).toEqual([urlsOf(all!.body), urlsOf(plain!.body), [[]], [[]]])
  })

  it('are beyond what a webhook can be told where they are of objects or deletion requests', async () => {
    for (const type of ExtensionEventType.options) {
      const body = { url: 'https://hook.example.com/', events: [type] }
      expect((await send(`${service.url}/service/webhooks`, 'POST', body)).status).toBe(400)
    }
  })

  it('are those that were asked for, of the past and of now', async () => {
    const { url } = service
    const [one, other] = [await putFlow(url), await putFlow(url)]
    await fillFlow(url, one, 1)
    const types = ['flows/created', 'flows/segments_added', 'flows/deleted'] as const
    const reader = read({ url, from: 1, types, flowIds: [one] })
    const sources = read({ url, from: 1, types: ['sources/created'], flowIds: [one] })
    await until(() => reader.events.length === 2, 'the events')
    await fillFlow(url, other, 1)
    await send(`${url}/flows/${one}/label`, 'PUT', 'a label')
    await send(`${url}/flows/${one}`, 'DELETE')
    await until(() => reader.events.length === 3 && sources.events.length > 0, 'the events')
    await Promise.all([reader.stop(), sources.stop()])
    expect(reader.events.map(({ type, attributes }) => [type, attributes.subject])).toEqual([
      ['flows/created', one],
      ['flows/segments_added', one],
      ['flows/deleted', one],
    ])
    expect(new Set(sources.events.map(({ type }) => type))).toEqual(new Set(['sources/created']))
  })

  it('begin where a reader says, or else now', async () => {
    const { url } = service
    const flow = videoFlow()
    const { headers: put } = await send(`${url}/flows/${flow.id}`, 'PUT', flow)
    const head = Number(put.get('framelog-position'))
    const firstId = async (query: string, headers: Record<string, string> = {}) => {
      const over = new AbortController()
      const { body } = await fetch(`${url}/events?${query}`, { headers, signal: over.signal })
      const { value } = await body!.pipeThrough(new TextDecoderStream()).getReader().read()
      over.abort()
      return Number(/^id: (\d+)$/m.exec(value!)?.[1])
    }
    const aDay = 86_400_000
    // Bytes of other tests' objects may go meanwhile, which the log says too.
    expect(await firstId('')).toBeGreaterThanOrEqual(head)
    expect(await firstId(`from=${new Date(Date.now() + aDay).toISOString()}`)).toBeGreaterThanOrEqual(head)
    expect(await firstId(`from=${new Date(Date.now() - aDay).toISOString()}`)).toBe(0)
    expect(await firstId('from=2')).toBe(1)
    expect(await firstId('from=2', { 'last-event-id': '3' })).toBe(3)
  })

  it.each([
    ['types=flows/created,flows/renamed', {}],
    ['types=', {}],
    ['types=objects/renamed', {}],
    ['presigned=maybe', {}],
    ['verbose_storage=1', {}],
    ['accept_storage_ids=not-an-id', {}],
    ['accept_get_urls=a,,b', {}],
    ['include_object_timerange=', {}],
    ['flow_ids=not-an-id', {}],
    ['from=yesterday', {}],
    ['from=-1', {}],
    ['from=999999', {}],
    ['since=1', {}],
    ['', { 'last-event-id': '' }],
    ['', { 'last-event-id': 'x' }],
    ['', { 'last-event-id': '1.0' }],
    ['', { 'last-event-id': '0.1' }],
    ['', { 'last-event-id': '999999' }],
    ['from=1', { 'last-event-id': '999999.1' }],
  ])('are not told to who asks for %s with %j', async (query, headers) => {
    const response = await fetch(`${service.url}/events?${query}`, { headers })
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({ type: 'bad_request' })
  })

  it('have a HEAD, and nothing but that and GET', async () => {
    const head = await fetch(`${service.url}/events`, { method: 'HEAD' })
    expect([head.status, head.headers.get('content-type'), await head.text()]).toEqual([
      200,
      'text/event-stream',
      '',
    ])
    expect((await fetch(`${service.url}/events`, { method: 'POST' })).status).toBe(405)
  })

  it('are told to many, and to no more than may ask', async () => {
    const { url } = service
    const readers = Array.from({ length: 200 }, () => read({ url, types: ['flows/created'] }))
    const open = async () =>
      (await (await fetch(`${url}/metrics`)).text()).match(/^framelog_event_streams (\d+)$/m)?.[1]
    await expect.poll(open).toBe('200')
    const rest = new AbortController()
    const answers: Response[] = []
    while (answers.at(-1)?.status !== 503) {
      answers.push(await fetch(`${url}/events`, { signal: rest.signal }))
    }
    expect(answers.at(-1)?.headers.get('retry-after')).toBe('5')
    const id = await putFlow(url)
    await until(() => readers.every(({ events }) => events.length > 0), 'the events')
    rest.abort()
    await Promise.all(readers.map((reader) => reader.stop()))
    expect(readers.map(({ events }) => events.map(({ attributes }) => attributes.subject))).toEqual(
      readers.map(() => [id]),
    )
  })
})
