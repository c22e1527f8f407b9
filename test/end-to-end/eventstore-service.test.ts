import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { subscribe } from '../../services/subscriber/subscribe.ts'
import { dumpCatalog } from '../support/dump-catalog.ts'
import { type ForkedEventStore, forkEventStore } from '../support/eventstore/fork-event-store.ts'
import { segmentAt } from '../support/flow-with-media.ts'
import { download, upload } from '../support/media-requests.ts'
import { runCli } from '../support/run-cli.ts'
import { type RunningService, startService, temporaryFolder } from '../support/running-service.ts'
import { allocate, listSegments, putFlow, send } from '../support/tams-requests.ts'
import { until, type WebhookReceiver, webhookReceiver } from '../support/webhook-receiver.ts'

const STREAMED = ['sources.created', 'flows.created', 'flows.segments_added']

const PASSWORD = 'a-password-that-nobody-is-told'

/** The service as it runs where its event log is an EventStoreDB. */
describe('a service on EventStoreDB', () => {
  const folder = temporaryFolder()
  let server: ForkedEventStore
  let service: RunningService
  let receiver: WebhookReceiver
  const start = (dataDir: string) =>
    startService(join(folder, dataDir), {
      EVENTSTORE_URL: server.url.replace('esdb://', `esdb://framelog:${PASSWORD}@`),
      SECRET_KEY: 'the same secret for each of these data directories',
      LOG_LEVEL: 'trace',
    })

  beforeAll(async () => {
    receiver = await webhookReceiver()
    server = await forkEventStore()
    service = await start('one')
  })
  afterAll(async () => {
    await service.stop()
    await server.stop()
    await receiver.close()
    rmSync(folder, { recursive: true, force: true })
  })

  it('keeps flows, media and segments, tells webhooks and streams of events, and deletes', async () => {
    const { url } = service
    const webhook = { url: `${receiver.url}/hook`, events: ['flows/created', 'flows/segments_added'] }
    expect((await send(`${url}/service/webhooks`, 'POST', webhook)).status).toBe(201)
    const flow = await putFlow(url)
    const objects = await allocate(url, flow, 3)
    for (const { object_id, put_url } of objects) await upload(put_url, Buffer.from(object_id))
    const segments = objects.map(({ object_id }, second) => segmentAt(object_id, second))
    expect((await send(`${url}/flows/${flow}/segments`, 'POST', segments)).status).toBe(201)

    const listed = await listSegments(url, flow)
    expect(listed.map(({ timerange }) => timerange)).toEqual(segments.map(({ timerange }) => timerange))
    for (const { object_id, get_urls } of listed)
      expect((await download(get_urls[0]!.url)).bytes.toString()).toBe(object_id)
    await until(() => receiver.acknowledged('/hook').length >= 2, 'both events are told')
    expect(receiver.acknowledged('/hook').map(({ body }) => body.event_type)).toEqual([
      'flows/created',
      'flows/segments_added',
    ])

    const streamed: string[] = []
    for await (const { attributes } of subscribe({ url, from: 1 })) {
      streamed.push(attributes.type)
      if (streamed.length === 3) break
    }
    expect(streamed.map((type) => type.split('.').slice(-2).join('.'))).toEqual(STREAMED)

    expect((await send(`${url}/flows/${flow}`, 'DELETE')).status).toBeLessThan(300)
    expect((await send(`${url}/flows/${flow}`, 'GET')).status).toBe(404)
    await until(async () => {
      const all = await Promise.all(
        objects.map(({ object_id }) => send(`${url}/objects/${object_id}`, 'GET')),
      )
      return all.every(({ status }) => status === 404)
    }, 'the objects are gone')
  })

  it('loses nothing that it acknowledged when it is killed and its data directory is lost', async () => {
    const flow = await putFlow(service.url)
    const acknowledged = new Map<string, string>()
    let next = 0
    const produce = async () => {
      for (;;) {
        const object_id = `${flow}/${next}`
        const segment = {
          ...segmentAt(object_id, next++),
          get_urls: [{ label: 'origin', url: `https://media.example.com/${object_id}` }],
        }
        const { status } = await send(`${service.url}/flows/${flow}/segments`, 'POST', segment)
        if (status === 201) acknowledged.set(segment.timerange, object_id)
        else if (status !== 503) throw new Error(`a segment was answered with ${status}`)
      }
    }
    server.faultEvery(40)
    const load = Promise.allSettled(Array.from({ length: 8 }, produce))
    await until(() => acknowledged.size > 40, 'there is something to lose')
    await service.kill()
    await load
    server.faultEvery(0)

    service = await start('two')

    const listed = new Map(
      (await listSegments(service.url, flow, '?limit=1000')).map((one) => [one.timerange, one.object_id]),
    )
    for (const [timerange, object_id] of acknowledged) expect(listed.get(timerange)).toBe(object_id)
    await service.stop()
    const other = await start('three')
    await other.stop()
    const [two, three] = ['two', 'three'].map((dir) => dumpCatalog(join(folder, dir, 'catalog.db')))
    expect(three).toEqual(two)
    service = await start('two')
  })

  it('answers reads, and 503 to writes, while the server is away', async () => {
    const flow = await putFlow(service.url)
    server.faultEvery(1)

    const { status, headers } = await send(`${service.url}/flows/${flow}/label`, 'PUT', 'a label')
    expect(status).toBe(503)
    expect(headers.get('retry-after')).toMatch(/^\d+$/)
    expect((await send(`${service.url}/flows/${flow}`, 'GET')).status).toBe(200)
    await expect
      .poll(async () => (await send(`${service.url}/health`, 'GET')).body, { timeout: 60_000 })
      .toMatchObject({ status: 'degraded', checks: { event_log_mirror: { ok: false } } })
    const metrics = await (await fetch(`${service.url}/metrics`)).text()
    expect(metrics).toMatch(/^framelog_mirror_behind_seconds \d/m)
    for (const told of [
      metrics,
      service.log(),
      JSON.stringify((await send(`${service.url}/health`, 'GET')).body),
    ])
      expect(told).not.toContain(PASSWORD)

    server.faultEvery(0)
    await expect
      .poll(async () => (await send(`${service.url}/flows/${flow}/label`, 'PUT', 'a label')).status)
      .toBe(204)
  })

  it('is told apart from one with a log of its own', async () => {
    const dataDir = join(folder, 'one')
    await expect(startService(dataDir)).rejects.toThrow(
      /is the mirror of an EventStoreDB.*set EVENTSTORE_URL/,
    )
    const own = await startService(join(folder, 'own'))
    await own.stop()
    await expect(start('own')).rejects.toThrow(/is an event log, no mirror of the EventStoreDB/)
    const backup = await runCli(['backup', join(folder, 'backup')], { DATA_DIR: dataDir })
    expect(backup.code).toBe(1)
    expect(backup.stderr).toContain('back up the EventStoreDB')
  })
})
