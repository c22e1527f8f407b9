import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it } from 'vitest'
import {
  type SubscribeOptions,
  SubscriptionRefused,
  subscribe,
  type ToldEvent,
} from '../../../../services/subscriber/subscribe.ts'

type Reply = (response: ServerResponse) => void

/** Gives its replies one after the other; has what was asked. */
async function withServer(
  replies: readonly Reply[],
  use: (url: string, asked: readonly IncomingMessage[]) => Promise<void>,
): Promise<void> {
  const asked: IncomingMessage[] = []
  const server = createServer((request, response) => {
    const reply = replies[asked.length]
    asked.push(request)
    if (reply) reply(response)
    else response.destroy()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked)
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
}

const FLOW = '4f79cfd1-c057-47f4-8e4d-1b126ca7bf34'
const eventOf = (id: string, event_type = 'flows/deleted'): string =>
  `id: ${id}\nevent: x\ndata: {"id":"${id}","data":{"event_type":"${event_type}","event":{"flow_id":"${FLOW}"}}}\n\n`

const busy: Reply = (response) => response.writeHead(503).end()
const cutting =
  (text: string): Reply =>
  (response) =>
    response.write(text, () => response.destroy())

async function take(events: AsyncIterable<ToldEvent>, count: number): Promise<readonly string[]> {
  const cursors: string[] = []
  for await (const { cursor } of events) {
    cursors.push(cursor)
    if (cursors.length === count) break
  }
  return cursors
}

describe('a subscription', () => {
  it('goes on after the last event it has, whatever became of its connections', async () => {
    const replies = [
      busy,
      cutting(`retry: 1\nid: 3\n\n${eventOf('4')}${eventOf('5').slice(0, 30)}`),
      cutting(`${eventOf('5')}${eventOf('6', 'flows/unheard_of')}: still here\nid: 9\n\n`),
      busy,
      cutting(eventOf('10')),
    ]
    await withServer(replies, async (url, asked) => {
      const events = subscribe({
        url,
        from: 4,
        types: ['flows/deleted'],
        flowIds: [FLOW],
        token: 't',
        retryMs: 1,
      })
      expect(await take(events, 3)).toEqual(['4', '5', '10'])
      const path = `/events?from=4&types=flows%2Fdeleted&flow_ids=${FLOW}`
      expect(asked.map((request) => [request.url, request.headers['last-event-id']])).toEqual([
        [path, undefined],
        [path, undefined],
        [path, '4'],
        [path, '9'],
        [path, '9'],
      ])
      expect(asked[0]?.headers.authorization).toBe('Bearer t')
    })
  })

  it.each<[Partial<SubscribeOptions>, query: string]>([
    [{}, ''],
    [{ getUrls: {} }, '?verbose_storage=false'],
    [
      {
        getUrls: { labels: ['a', 'b'], storageIds: [FLOW], presigned: false, verboseStorage: true },
        includeObjectTimerange: true,
      },
      `?include_object_timerange=true&accept_get_urls=a%2Cb&accept_storage_ids=${FLOW}&presigned=false&verbose_storage=true`,
    ],
    [{ getUrls: { labels: [] } }, '?accept_get_urls=&verbose_storage=false'],
  ])('asks for segments as it is told to: %j', async (options, query) => {
    await withServer([cutting(eventOf('4'))], async (url, asked) => {
      await take(subscribe({ url, ...options }), 1)
      expect(asked[0]?.url).toBe(`/events${query}`)
    })
  })

  it('is over where it is refused', async () => {
    const refusal: Reply = (response) => response.writeHead(400).end('{"summary":"from: is wrong"}')
    await withServer([refusal], async (url) => {
      const refused = new SubscriptionRefused(400, 'from: is wrong')
      await expect(take(subscribe({ url, from: 'x' }), 1)).rejects.toEqual(refused)
    })
  })

  it('is over at its signal', async () => {
    await withServer([(response) => response.write(eventOf('4'))], async (url) => {
      const stopping = new AbortController()
      const cursors: string[] = []
      for await (const { cursor } of subscribe({ url, signal: stopping.signal })) {
        cursors.push(cursor)
        setImmediate(() => stopping.abort())
      }
      expect(cursors).toEqual(['4'])
    })
  })
})
