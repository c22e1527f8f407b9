import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { openSqliteEventLog } from '../../services/adapters/event-log/sqlite/open-sqlite-event-log.ts'
import { PLACE } from '../support/projector/running-projector.ts'
import { allRowsInVast, rowsOfLog } from '../support/projector/tables-of.ts'
import { type RunningService, startService, withFolder } from '../support/running-service.ts'
import { startVastDb } from '../support/vast-db/vast-db-server.ts'
import { clientOf } from '../support/vast-db-client/client-of.ts'

const KILLS = 8
const PAUSE_MS = 20
const FLOWS = 4

/** What a client does goes on while the service is killed: what is not answered is asked again. */
async function write(running: () => RunningService, flow: string, stop: AbortSignal): Promise<void> {
  const ask = async (method: string, path: string, body: unknown): Promise<void> => {
    await fetch(running().url + path, {
      method,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    }).then(
      (response) => response.text(),
      () => delay(20),
    )
  }
  const described = {
    id: flow,
    source_id: randomUUID(),
    format: 'urn:x-nmos:format:video',
    codec: 'video/h264',
    container: 'video/mp2t',
    essence_parameters: { frame_width: 1920, frame_height: 1080, frame_rate: { numerator: 25 } },
  }
  for (let at = 0; !stop.aborted; at += 10) {
    if (at % 50 === 0) await ask('PUT', `/flows/${flow}`, { ...described, label: `label ${at}` })
    const segments = Array.from({ length: 10 }, (_, place) => ({
      object_id: `${flow} ${at + place}`,
      timerange: `[${at + place}:0_${at + place + 1}:0)`,
      get_urls: [{ label: 'web', url: 'https://media.example/x' }],
    }))
    await ask('POST', `/flows/${flow}/segments`, segments)
    if (at % 30 === 0)
      await ask('DELETE', `/flows/${flow}/segments?timerange=[${at}:0_${at + 2}:0)`, undefined)
    // A fast machine is not to write more than is compared in a minute.
    await delay(PAUSE_MS)
  }
}

it('writes each row once, however often it is killed and its commits are cut', async () => {
  await withFolder(async (folder) => {
    // What a killed projector held is in the way of the next one until it expires.
    let nowMs = 0
    const server = await startVastDb({ nowMs: () => nowMs, expireAfterMs: 1 })
    const environment = {
      VAST_ENDPOINT: server.url,
      VAST_ACCESS_KEY: server.account.accessKeyId,
      VAST_SECRET_KEY: server.account.secretAccessKey,
      VAST_BUCKET: PLACE.bucket,
    }
    let running = await startService(folder, environment)
    const writing = new AbortController()
    const flows = Array.from({ length: FLOWS }, () => randomUUID())
    const writers = flows.map((flow) => write(() => running, flow, writing.signal))
    const commits = { method: 'PUT', command: 'transaction' }
    for (let kill = 0; kill < KILLS; kill++) {
      server.faults.add({ kind: kill % 2 === 0 ? 'cut_after' : 'cut_before' }, { ...commits, skip: kill % 3 })
      server.faults.add({ kind: 'expire' }, { command: 'rows', skip: 5 * kill })
      await delay(1_500 + 700 * Math.random())
      await running.kill()
      nowMs++
      running = await startService(folder, environment)
    }
    writing.abort()
    await Promise.all(writers)
    server.faults.clear()
    nowMs++

    const status = async () => (await (await fetch(`${running.url}/vast/status`)).json()) as Status
    type Status = { readonly projector: Record<'position' | 'lag_events' | 'views_position', number | null> }
    await expect
      .poll(
        async () => {
          const { position, lag_events, views_position } = (await status()).projector
          return lag_events === 0 && views_position === position
        },
        { interval: 100, timeout: 300_000 },
      )
      .toBe(true)
    const db = await clientOf(server)
    const rows = await allRowsInVast(db, PLACE)
    await running.stop()
    const log = openSqliteEventLog({ path: `${folder}/events.db` })
    expect(rows).toEqual(await rowsOfLog(log))
    await log.close()
    expect(rows['segments']?.length).toBeGreaterThan(100)
    db.close()
    await server.close()
  })
})
