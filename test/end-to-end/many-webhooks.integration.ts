import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, it } from 'vitest'
import { startService, withFolder } from '../support/running-service.ts'
import { putFlow, send } from '../support/tams-requests.ts'
import { until } from '../support/webhook-receiver.ts'

const WEBHOOKS = 3_000
const EVENTS = 10
/** Places for requests to receivers that answer, and for those to the others (deliveries.ts). */
const AT_ONCE = 128 + 64
const MAX_RSS_BYTES = 600 * 1024 ** 2

/** One server for all of them: every third never answers, every third refuses. */
async function startReceivers() {
  const told = new Map<string, string[]>()
  let open = 0
  let most = 0
  const server = createServer((request, response) => {
    most = Math.max(most, ++open)
    response.once('close', () => {
      open -= 1
    })
    request.resume().once('end', () => {
      const [, kind, id = ''] = request.url!.split('/')
      if (kind === 'silent') return
      if (kind === 'fine') told.set(id, [...(told.get(id) ?? []), String(request.headers['ce-sequence'])])
      response.writeHead(kind === 'fine' ? 204 : 500).end()
    })
    request.on('error', () => undefined)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    told,
    most: () => most,
    close: () => {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(resolve))
    },
  }
}

it('thousands of webhooks are told with bounded memory and requests, though most of them fail', async () => {
  const receivers = await startReceivers()
  await withFolder(async (folder) => {
    const service = await startService(folder)
    const left = Array.from({ length: WEBHOOKS }, (_, n) => `${['fine', 'silent', 'broken'][n % 3]}/${n}`)
    const register = async () => {
      for (let path = left.pop(); path; path = left.pop()) {
        const body = { url: `${receivers.url}/${path}`, events: ['flows/created'] }
        expect((await send(`${service.url}/service/webhooks`, 'POST', body)).status).toBe(201)
      }
    }
    await Promise.all(Array.from({ length: 16 }, register))
    for (let n = 0; n < EVENTS; n++) await putFlow(service.url)

    const isTold = () =>
      receivers.told.size === WEBHOOKS / 3 &&
      [...receivers.told.values()].every((sequences) => sequences.length >= EVENTS)
    let rssBytes = 0
    await until(
      async () => {
        const { body } = await send(`${service.url}/health`, 'GET')
        rssBytes = Math.max(rssBytes, (body as { memory: { rss_bytes: number } }).memory.rss_bytes)
        return isTold()
      },
      'all that answer have everything',
      900,
    )
    const [sequences] = receivers.told.values()
    expect(new Set([...receivers.told.values()].map(String))).toStrictEqual(new Set([String(sequences)]))
    expect(sequences).toStrictEqual([...new Set(sequences)].sort())
    // A request that is given up is seen to be over a moment after its place is taken by another.
    expect(receivers.most()).toBeLessThan(2 * AT_ONCE)
    expect(rssBytes).toBeLessThan(MAX_RSS_BYTES)
    expect(await service.stop()).toBe(0)
  })
  await receivers.close()
})
