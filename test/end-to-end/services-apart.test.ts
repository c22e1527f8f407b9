import { readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { DeletionRequest } from '../../contracts/resources/deletion-request.ts'
import { openSqliteEventLog } from '../../services/adapters/event-log/sqlite/open-sqlite-event-log.ts'
import { soundModelOf } from '../support/command-harness.ts'
import { dumpCatalog } from '../support/dump-catalog.ts'
import { runCli } from '../support/run-cli.ts'
import { type RunningPart, startPart } from '../support/running-part.ts'
import { type RunningService, startService, temporaryFolder } from '../support/running-service.ts'
import { allocate, fillFlow, listSegments, putFlow, send } from '../support/tams-requests.ts'
import { until, webhookReceiver } from '../support/webhook-receiver.ts'

const API_ALONE = { DELETION_ENABLED: 'false', WEBHOOKS_ENABLED: 'false', DELETE_WAIT_MS: '0' }

let folder: string
let running: (RunningService | RunningPart)[]
beforeEach(() => {
  folder = temporaryFolder()
  running = []
})
afterEach(async () => {
  await Promise.all(running.map((each) => each.stop()))
  rmSync(folder, { recursive: true, force: true })
})

const begun = async <T extends RunningService | RunningPart>(starting: Promise<T>): Promise<T> => {
  const each = await starting
  running.push(each)
  return each
}
/** A data directory of its own, over the log that is shared. */
const apart = (name: string) => ({ DATA_DIR: join(folder, name), LOG_DIR: join(folder, 'log') })
const startApi = (name: string, environment: Record<string, string> = {}) =>
  begun(startService(join(folder, name), { ...apart(name), ...API_ALONE, ...environment }))
const startDeletion = (name: string) => begun(startPart('deletion', apart(name)))

async function requestDeletion(url: string, flow: string): Promise<string> {
  const { status, body } = await send(`${url}/flows/${flow}`, 'DELETE')
  expect(status).toBe(202)
  return (body as { id: string }).id
}
const statusOf = async (url: string, id: string) =>
  ((await send(`${url}/flow-delete-requests/${id}`, 'GET')).body as DeletionRequest).status
const checksOf = async ({ url }: { readonly url: string }) =>
  ((await send(`${url}/health`, 'GET')).body as { checks: Record<string, unknown> }).checks
const heldBy = async ({ url }: { readonly url: string }, lease: string) => {
  const text = await (await fetch(`${url}/metrics`)).text()
  return Number(new RegExp(`^framelog_lease_held\\{lease="${lease}"\\} (\\d)$`, 'm').exec(text)?.[1])
}
const holderOf = async (lease: string) => {
  const { stdout } = await runCli(['leases', '--json'], apart('log'))
  const all = stdout.trim().split('\n')
  return all.map((line) => JSON.parse(line)).find((each: { lease: string }) => each.lease === lease)
}

describe('an API without the deletion service', () => {
  it('leaves deletions open until one runs, on the same data directory', async () => {
    const data = join(folder, 'data')
    const api = await begun(startService(data, API_ALONE))
    const flow = await putFlow(api.url)
    await fillFlow(api.url, flow, 600)
    const id = await requestDeletion(api.url, flow)
    // What is asked for after it is done before it, where someone does it.
    await putFlow(api.url)
    expect(await statusOf(api.url, id)).toBe('created')
    expect(await checksOf(api)).toEqual({ event_log: { ok: true }, media_store: { ok: true } })

    const deletion = await begun(startPart('deletion', { DATA_DIR: data }))

    await expect.poll(() => statusOf(api.url, id)).toBe('done')
    expect(await listSegments(api.url, flow)).toEqual([])
    await expect.poll(() => heldBy(deletion, 'deletion')).toBe(1)
    expect(await checksOf(deletion)).toEqual({
      event_log: { ok: true },
      media_store: { ok: true },
      deletion: { ok: true },
    })
    expect(await deletion.stop()).toBe(0)
    expect(await api.stop()).toBe(0)
  })
})

describe('the deletion service, twice', () => {
  it('goes on in the other when the one that works is killed, and does nothing twice', async () => {
    const api = await startApi('api')
    const flows = await Promise.all(Array.from({ length: 4 }, () => putFlow(api.url)))
    for (const flow of flows) await fillFlow(api.url, flow, 3000)
    const first = await startDeletion('first')
    const second = await startDeletion('second')
    expect(await heldBy(first, 'deletion')).toBe(1)
    expect(await heldBy(second, 'deletion')).toBe(0)
    expect(await checksOf(second)).toMatchObject({ deletion: { ok: true, detail: 'standby' } })
    expect(await holderOf('deletion')).toMatchObject({ pid: first.cli.process.pid })

    const ids = await Promise.all(flows.map((flow) => requestDeletion(api.url, flow)))
    const statuses = () => Promise.all(ids.map((id) => statusOf(api.url, id)))
    await expect.poll(statuses, { interval: 2 }).toContain('started')
    await first.kill()

    await expect.poll(statuses).toEqual(ids.map(() => 'done'))
    expect(await heldBy(second, 'deletion')).toBe(1)
    expect(await holderOf('deletion')).toMatchObject({ pid: second.cli.process.pid })
    for (const flow of flows) expect(await listSegments(api.url, flow)).toEqual([])
    await second.stop()
    await api.stop()
    const log = openSqliteEventLog({ path: join(folder, 'log', 'events.db') })
    const model = await soundModelOf(log)
    await log.close()
    expect([...model.objects.values()].filter(({ references }) => references > 0)).toEqual([])
    // Each of them has built its own catalog of the same log.
    expect(dumpCatalog(join(folder, 'second', 'catalog.db'))).toEqual(
      dumpCatalog(join(folder, 'api', 'catalog.db')),
    )
  })

  it('is handed over at once by one that stops in order', async () => {
    const api = await startApi('api')
    const first = await startDeletion('first')
    const second = await startDeletion('second')
    expect(await first.stop()).toBe(0)
    await expect.poll(() => heldBy(second, 'deletion')).toBe(1)
    const flow = await putFlow(api.url)
    await fillFlow(api.url, flow, 600)
    const id = await requestDeletion(api.url, flow)
    await expect.poll(() => statusOf(api.url, id)).toBe('done')
    expect(await second.stop()).toBe(0)
    expect(await holderOf('deletion')).toMatchObject({ host: null, pid: null })
  })
})

describe('several APIs on one log', () => {
  it('share media, see what each other wrote, and tell webhooks through whoever does', async () => {
    const receiver = await webhookReceiver()
    const one = await startApi('one')
    const other = await startApi('other', { WEBHOOKS_ENABLED: 'true' })
    const standby = await startApi('standby', { WEBHOOKS_ENABLED: 'true' })
    expect(await checksOf(standby)).toMatchObject({ webhooks: { ok: true, detail: 'standby' } })
    const flow = await putFlow(one.url)
    const hook = { url: `${receiver.url}/hook`, events: ['flows/segments_added'] }
    expect((await send(`${other.url}/service/webhooks`, 'POST', hook)).status).toBe(201)
    const [object] = await allocate(one.url, flow, 1)
    const media = { method: 'PUT', headers: { 'content-type': 'video/mp2t' }, body: 'media' }
    expect((await fetch(object!.put_url.url, media)).status).toBe(200)
    const segment = { object_id: object!.object_id, timerange: '[0:0_1:0)' }
    const registered = await fetch(`${other.url}/flows/${flow}/segments`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(segment),
    })
    expect(registered.status).toBe(201)

    const position = registered.headers.get('framelog-position')!
    for (const { url } of [one, standby]) {
      const listed = await fetch(`${url}/flows/${flow}/segments`, {
        headers: { 'framelog-position': position },
      })
      const [found] = (await listed.json()) as { get_urls: { url: string }[] }[]
      const got = await fetch(found!.get_urls[0]!.url)
      expect([got.status, await got.text()]).toEqual([200, 'media'])
    }
    await until(() => receiver.acknowledged('/hook').length === 1, 'one is told')

    await other.kill()
    const next = { object_id: (await allocate(one.url, flow, 1))[0]!.object_id, timerange: '[1:0_2:0)' }
    expect((await send(`${one.url}/flows/${flow}/segments`, 'POST', next)).status).toBe(201)
    await until(() => receiver.acknowledged('/hook').length >= 2, 'the standby tells')
    expect(await heldBy(standby, 'webhooks')).toBe(1)
    await receiver.close()
  })

  it('are refused on one data directory', async () => {
    await startApi('one')
    await expect(startApi('one')).rejects.toThrow('in use by another process')
    expect(readdirSync(join(folder, 'log')).sort()).toContain('secret.key')
  })
})

describe('a service alone', () => {
  it.each([
    ['relay', 'KAFKA_BROKERS'],
    ['commands', 'KAFKA_BROKERS'],
    ['projector', 'VAST_ENDPOINT'],
  ])('says what it needs: %s', async (service, variable) => {
    await expect(startPart(service, apart(service))).rejects.toThrow(variable)
  })

  it('tells of itself, and serves nothing else', async () => {
    const { url } = await begun(startPart('webhooks', { ...apart('webhooks'), METRICS_ENABLED: 'false' }))
    const status = async () => ((await (await fetch(`${url}/health`)).json()) as { status: string }).status
    await expect.poll(status).toBe('ok')
    expect((await fetch(`${url}/`)).status).toBe(204)
    for (const path of ['/metrics', '/flows']) expect((await fetch(url + path)).status).toBe(404)
  })
})
