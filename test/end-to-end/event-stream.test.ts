import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { cloudEventType } from '../../contracts/events/public/cloud-event.ts'
import { notifications } from '../../contracts/events/public/notification.ts'
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

/** What the log of a folder has to tell. */
async function idsInLog(folder: string): Promise<readonly string[]> {
  const log = openSqliteEventLog({ path: join(folder, 'events.db') })
  const events = await wholeLog(log)
  await log.close()
  return events.flatMap(({ id, type }) => (typeToldAs(type) === null ? [] : [id]))
}

/** Events that a reader may be behind before nothing more happens until it has them. */
const MAX_BEHIND = 100

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
      const cut = read({ url: proxy.url, from: 1 })
      const steady = read({ url: service.url, from: 0 })
      const isOver = () => cut.lost() >= RECONNECTS
      const behind = () => steady.events.length - cut.events.length
      await Promise.all(Array.from({ length: 2 }, () => produce(service.url, isOver, behind)))

      const expected = await idsInLog(folder)
      await until(
        () => cut.events.length >= expected.length && steady.events.length >= expected.length,
        'the events',
        120,
      )
      const coarse = await startCuttingProxy(service.url, () => 2_000 + Math.floor(Math.random() * 20_000))
      const late = read({ url: coarse.url, from: 1 })
      await until(() => late.events.length >= expected.length, 'the events', 120)
      await Promise.all([cut.stop(), steady.stop(), late.stop()])
      await Promise.all([proxy.close(), coarse.close()])
      await service.stop()

      expect(coarse.cuts()).toBeGreaterThan(0)
      expect(idsOf(cut)).toEqual(expected)
      expect(idsOf(steady)).toEqual(expected)
      expect(idsOf(late)).toEqual(expected)
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

  it.each([
    ['types=flows/created,flows/renamed', {}],
    ['types=', {}],
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
