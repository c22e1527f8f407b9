import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { type Notification, notifications } from '../../contracts/events/public/notification.ts'
import { openSqliteEventLog } from '../../services/adapters/event-log/sqlite/open-sqlite-event-log.ts'
import { typeToldAs } from '../../services/public-events/told-as.ts'
import { wholeLog } from '../support/command-harness.ts'
import { officialNotifications } from '../support/contracts/official-notifications.ts'
import { hasSpecification, ifSpecified } from '../support/contracts/tams-specification.ts'
import { startCli } from '../support/run-cli.ts'
import { startService, withFolder } from '../support/running-service.ts'
import {
  type Received,
  type Reply,
  until,
  type WebhookReceiver,
  webhookReceiver,
} from '../support/webhook-receiver.ts'

const KILLS = 5
const DOWN_FOR_MS = 60_000
const EVENTS = ['flows/created', 'flows/updated', 'flows/segments_added', 'flows/segments_deleted']

/** What happens to requests: mostly they are taken. */
const troubles: Record<string, () => Reply> = {
  '/steady': () => 200,
  '/errors': () => (Math.random() < 0.05 ? 500 : 200),
  '/resets': () => (Math.random() < 0.05 ? 'reset' : 200),
  '/silent': () => (Math.random() < 0.005 ? 'silence' : 200),
}

/** What serves clients and tells webhooks. */
type Running = {
  readonly url: string
  /** SIGKILL, all of it. */
  kill(): Promise<void>
  stop(): Promise<unknown>
}

const startApart = async (folder: string): Promise<Running> => {
  const service = await startService(folder, { WEBHOOKS_ENABLED: 'false' })
  const environment = { DATA_DIR: folder, PUBLIC_URL: 'http://framelog.test' }
  const delivery = startCli(['webhooks', 'deliver'], environment)
  const end = (signal: NodeJS.Signals) => {
    delivery.process.kill(signal)
    return delivery.ended
  }
  return {
    url: service.url,
    kill: async () => void (await Promise.all([end('SIGKILL'), service.kill()])),
    stop: () => Promise.all([end('SIGTERM'), service.stop()]),
  }
}

it.each<[how: string, start: (folder: string) => Promise<Running>]>([
  ['as a part of the service', (folder) => startService(folder)],
  ['in a process of its own', startApart],
])(
  `at-least-once, in order, whatever becomes of it and of receivers: delivery %s${ifSpecified}`,
  async (_, start) => {
    await withFolder(async (folder) => {
      const receiver = await webhookReceiver(({ path }) => troubles[path]?.() ?? 200)
      const down = await webhookReceiver()
      await down.close()
      setTimeout(() => void down.open(), DOWN_FOR_MS)
      let running = await start(folder)

      const flows = Array.from({ length: 8 }, () => ({ id: randomUUID(), source_id: randomUUID() }))
      const wanted: readonly string[] = flows.slice(0, 4).map(({ id }) => id)
      const register = (url: string) =>
        ask(running, 'POST', '/service/webhooks', { url, events: EVENTS, flow_ids: wanted })
      const paths = Object.keys(troubles)
      for (const path of paths) await register(receiver.url + path)
      await register(`${down.url}/down`)
      await register('http://127.0.0.1:9/dead')

      const writing = new AbortController()
      const writers = flows.map(({ id, source_id }) => write(() => running, id, source_id, writing.signal))
      const more = async () => {
        const enough = firstsAt(receiver, '/steady').length + 20 + Math.floor(Math.random() * 50)
        await until(() => firstsAt(receiver, '/steady').length >= enough, 'it is told of more', 240)
      }
      for (let kill = 0; kill < KILLS; kill++) {
        await more()
        await running.kill()
        running = await start(folder)
      }
      await more()
      writing.abort()
      await Promise.all(writers)

      const log = openSqliteEventLog({ path: join(folder, 'events.db') })
      const events = (await wholeLog(log)).flatMap((event) => {
        const type = typeToldAs(event.type)
        if (type === null || !EVENTS.includes(type)) return []
        const { flow_id, flow } = event.data as { flow_id?: string; flow?: { id: string } }
        return wanted.includes(flow_id ?? flow!.id) ? [event.id] : []
      })
      await log.close()
      expect(events.length).toBeGreaterThan(100)

      const targets: readonly [WebhookReceiver, string][] = [
        ...paths.map((path) => [receiver, path] as [WebhookReceiver, string]),
        [down, '/down'],
      ]
      for (const [at, path] of targets) {
        await until(() => firstsAt(at, path).length >= events.length, `all events at ${path}`, 240)
        // In the order of the log, which is that of each flow; what came twice is left out.
        expect(firstsAt(at, path), path).toStrictEqual(events)
      }
      await running.stop()
      for (const each of [...receiver.received, ...down.received]) expect(faultsOf(each, wanted)).toEqual([])
      await receiver.close()
      await down.close()
    })
  },
)

/** The events that were acknowledged, in the order in which they first were. */
const firstsAt = (receiver: WebhookReceiver, path: string): readonly unknown[] => [
  ...new Set(receiver.acknowledged(path).map(({ headers }) => headers['ce-id'])),
]

const officialFaults = hasSpecification ? officialNotifications() : () => []

/** What is wrong with a notification, be it acknowledged or not. */
function faultsOf({ headers, body }: Received, wanted: readonly string[]): readonly unknown[] {
  const { event_type } = body
  const own = notifications[event_type as Notification['event_type']]?.safeParse(body)
  const isWanted = EVENTS.includes(event_type) && wanted.includes(String(headers['ce-subject']))
  return [
    ...(own?.success ? [] : [own?.error ?? `there is no ${event_type}`]),
    ...officialFaults(event_type, body),
    ...(isWanted ? [] : [`nobody wants ${event_type} of ${headers['ce-subject']}`]),
  ]
}

async function ask(service: Running, method: string, path: string, body: unknown): Promise<void> {
  const answer = await fetch(service.url + path, {
    method,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  if (!answer.ok) throw new Error(`${method} ${path} answered ${answer.status}: ${await answer.text()}`)
}

/** Adds to a flow, and now and then takes away; what got no answer is sent again. */
async function write(
  service: () => Running,
  id: string,
  source_id: string,
  signal: AbortSignal,
): Promise<void> {
  const persist = async (method: string, path: string, body?: unknown) => {
    for (;;) {
      try {
        return await ask(service(), method, path, body)
      } catch (error) {
        if (error instanceof Error && error.message.includes(' answered ')) throw error
        await delay(50)
      }
    }
  }
  const flow = { id, source_id, format: 'urn:x-nmos:format:data', codec: 'a/b', container: 'a/b' }
  for (let second = 0; !signal.aborted; second++) {
    await persist('PUT', `/flows/${id}`, { ...flow, essence_parameters: {}, label: `${second}` })
    const object_id = `${id}/${second}`
    const get_urls = [{ label: 'web', url: 'https://media.example.com/a' }]
    const segment = { object_id, timerange: `[${second}:0_${second + 1}:0)`, get_urls }
    await persist('POST', `/flows/${id}/segments`, segment)
    if (second % 5 === 4) {
      await persist('DELETE', `/flows/${id}/segments?timerange=[${second - 3}:0_${second - 1}:0)`)
    }
    await delay(100, undefined, { signal }).catch(() => undefined)
  }
}
