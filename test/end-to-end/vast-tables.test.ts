import { describe, expect, it } from 'vitest'
import { PLACE } from '../support/projector/running-projector.ts'
import { rowsInCatalog, rowsInVast } from '../support/projector/tables-of.ts'
import { serviceOfSuite, startService, withFolder } from '../support/running-service.ts'
import { fillFlow, putFlow, send } from '../support/tams-requests.ts'
import { startVastDb, type VastDbServer } from '../support/vast-db/vast-db-server.ts'
import { clientOf } from '../support/vast-db-client/client-of.ts'

const environmentOf = ({ url, account }: VastDbServer) => ({
  VAST_ENDPOINT: url,
  VAST_ACCESS_KEY: account.accessKeyId,
  VAST_SECRET_KEY: account.secretAccessKey,
  VAST_BUCKET: PLACE.bucket,
  VAST_SCHEMA: PLACE.schema,
})

type Status = {
  readonly endpoints: readonly { readonly url: string; readonly healthy: boolean }[]
  readonly tables: readonly { readonly name: string; readonly rows: number }[]
  readonly projector: {
    readonly position: number | null
    readonly lag_events: number | null
    readonly views_position: number | null
  }
}

const statusOf = async (url: string) => (await send(`${url}/vast/status`, 'GET')).body as Status

/** All tables, those of the views too, include all of the log. */
const caughtUp = (url: string) =>
  expect
    .poll(
      async () => {
        const { lag_events, position, views_position } = (await statusOf(url)).projector
        return lag_events === 0 && views_position === position
      },
      { interval: 50, timeout: 30_000 },
    )
    .toBe(true)

describe('a service with VAST DB', () => {
  it('keeps tables there, and tells how far they are', () =>
    withFolder(async (folder) => {
      const server = await startVastDb()
      const service = await startService(folder, environmentOf(server))
      const flow = await putFlow(service.url)
      await fillFlow(service.url, flow, 5)
      await caughtUp(service.url)
      const { log_position } = (await send(`${service.url}/health`, 'GET')).body as { log_position: number }

      const status = await statusOf(service.url)
      expect(status).toMatchObject({
        configured: true,
        connected: true,
        version: '5.4.0.1',
        ...PLACE,
        endpoints: [{ url: server.url, healthy: true, failures: 0 }],
        projector: { enabled: true, position: log_position, lag_events: 0, views_position: log_position },
        error: null,
      })
      const rows = Object.fromEntries(status.tables.map((table) => [table.name, table.rows]))
      expect(rows).toEqual({
        sources: 1,
        flows: 1,
        segments: 5,
        objects: 5,
        webhooks: 0,
        deletion_requests: 0,
        profiles: 0,
        // In all, and by six dimensions.
        flow_usage: 7,
        storage_usage: 2,
        // In all, by thirteen lengths, and of the one flow.
        time_range_analysis: 15,
        // Six resources, four kinds of deletion requests, how far it is, and one hour.
        catalog_summary: 12,
      })
      const db = await clientOf(server)
      expect(await rowsInVast(db, PLACE)).toEqual(await rowsInCatalog(`${folder}/catalog.db`, log_position))

      expect((await send(`${service.url}/vast/buckets`, 'GET')).body).toEqual({ buckets: [PLACE.bucket] })
      expect((await send(`${service.url}/vast/tables/segments/stats`, 'GET')).body).toMatchObject({
        name: 'segments',
        rows: 5,
        sorted: true,
      })
      expect((await send(`${service.url}/vast/tables/flow_usage/stats`, 'GET')).body).toMatchObject({
        name: 'flow_usage',
        rows: 7,
      })
      const metrics = await (await fetch(`${service.url}/metrics`)).text()
      expect(metrics).toContain('framelog_vast_rows_total{table="segments",change="inserted"} 5')
      expect(metrics).toContain('framelog_vast_lag_events 0')
      db.close()
      await service.stop()
      await server.close()
    }))

  it('serves as before while it is away, and catches up', () =>
    withFolder(async (folder) => {
      const server = await startVastDb()
      const port = Number(new URL(server.url).port)
      const standIn = await server.addEndpoint()
      const environment = environmentOf(server)
      // The one address of the service is closed; the database stays.
      await server.close()
      const service = await startService(folder, environment)
      const flow = await putFlow(service.url)
      await fillFlow(service.url, flow, 3)
      const away = await send(`${service.url}/vast/status`, 'GET')
      expect(away.body).toMatchObject({ configured: true, connected: false, tables: [] })
      expect((await send(`${service.url}/vast/buckets`, 'GET')).status).toBe(503)
      expect((await send(`${service.url}/vast/tables/flows/stats`, 'GET')).status).toBe(503)
      const health = async () => (await send(`${service.url}/health`, 'GET')).body
      await expect
        .poll(health)
        .toMatchObject({ status: 'degraded', checks: { vast_projector: { ok: false } } })

      await server.addEndpoint(port)
      await caughtUp(service.url)
      expect(await health()).toMatchObject({ status: 'ok' })
      await service.stop()
      await standIn.close()
      await server.close()
    }))

  it('goes on with another address, and tells which one is down', () =>
    withFolder(async (folder) => {
      const server = await startVastDb()
      const [one, other] = [await server.addEndpoint(), await server.addEndpoint()]
      const VAST_ENDPOINT = `${one.url},${other.url}`
      const service = await startService(folder, { ...environmentOf(server), VAST_ENDPOINT })
      const flow = await putFlow(service.url)
      await fillFlow(service.url, flow, 3)
      await caughtUp(service.url)
      const endpoints = async () =>
        (await statusOf(service.url)).endpoints.map(({ url, healthy }) => [url, healthy])
      const become = (...healthy: readonly [boolean, boolean]) =>
        expect.poll(endpoints, { interval: 50 }).toEqual([
          [one.url, healthy[0]],
          [other.url, healthy[1]],
        ])
      await become(true, true)
      // The one that nobody has a use for.
      await other.close()
      await become(true, false)
      await server.addEndpoint(other.port)
      await become(true, true)
      await one.close()
      await become(false, true)
      await fillFlow(service.url, await putFlow(service.url), 3)
      await caughtUp(service.url)
      const health = async () => (await send(`${service.url}/health`, 'GET')).body
      await expect.poll(health).toMatchObject({ status: 'ok' })
      await server.addEndpoint(one.port)
      await become(true, true)
      const db = await clientOf(server)
      expect((await rowsInVast(db, PLACE))['segments']).toHaveLength(6)
      db.close()
      await service.stop()
      await server.close()
    }))
})

describe('a service without VAST DB', () => {
  const service = serviceOfSuite()

  it('says so', async () => {
    const { status, body } = await send(`${service.url}/vast/status`, 'GET')
    expect([status, body]).toEqual([
      200,
      {
        configured: false,
        connected: false,
        version: null,
        bucket: null,
        schema: null,
        endpoints: [],
        tables: [],
        projector: { enabled: false, position: null, lag_events: null, views_position: null, error: null },
        error: null,
      },
    ])
    for (const path of ['buckets', 'tables/flows/stats']) {
      const answer = await send(`${service.url}/vast/${path}`, 'GET')
      expect([answer.status, answer.body]).toMatchObject([404, { type: 'vast_not_configured' }])
    }
  })

  it('knows no other tables than its own', async () => {
    expect((await send(`${service.url}/vast/tables/secrets/stats`, 'GET')).status).toBe(404)
  })

  it.each([
    ['VAST_ENDPOINT', 'not a url'],
    ['VAST_ENDPOINT', 'http://user:secret@h'],
    ['VAST_BUCKET', 'a/b'],
  ])('does not start with a wrong %s', async (name, value) => {
    await withFolder(async (folder) => {
      const sound = environmentOf({
        url: 'http://h',
        account: { accessKeyId: 'a', secretAccessKey: 'hidden' },
      } as VastDbServer)
      const started = startService(folder, { ...sound, [name]: value })
      const said = await started.then(
        () => 'started',
        (error: Error) => error.message,
      )
      expect(said).toContain(name)
      expect(said).not.toMatch(/hidden|secret@/)
    })
  })
})
