import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { checkpointTable } from '../../projections/vast/tables/checkpoint.ts'
import type { VastDb } from '../../services/adapters/vast-db/connect.ts'
import { LOG, readCheckpoints } from '../../services/projector/checkpoints.ts'
import { startProjectorProcess } from '../support/projector/projector-process.ts'
import { PLACE } from '../support/projector/running-projector.ts'
import { type Rows, rowsInCatalog, rowsInVast } from '../support/projector/tables-of.ts'
import { type RunningService, startService, withFolder } from '../support/running-service.ts'
import { startVastDb } from '../support/vast-db/vast-db-server.ts'
import { clientOf } from '../support/vast-db-client/client-of.ts'

const LIVES = 8
/** Until it is killed: it makes some twenty of them to write what is there, again and again. */
const REQUESTS_A_LIFE = 40
/** Of each writer: however slow the machine, no more is written than is soon compared. */
const ROUNDS_A_LIFE = 6
const PATIENCE = { interval: 100, timeout: 300_000 }
/** What need not start with it. */
const ALONE = { VAST_PROJECTOR_ENABLED: 'false', ANALYTICS_ENABLED: 'false', WEBHOOKS_ENABLED: 'false' }
const PAUSE_MS = 20
const FLOWS = 4

/** What a client does goes on while the service is killed: what is not answered is asked again. */
async function write(
  running: () => RunningService,
  flow: string,
  rounds: () => number,
  stop: AbortSignal,
): Promise<void> {
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
  for (let at = 0; !stop.aborted; ) {
    await delay(PAUSE_MS)
    if (at >= 10 * rounds()) continue
    if (at % 50 === 0) await ask('PUT', `/flows/${flow}`, { ...described, label: `label ${at}` })
    const segments = Array.from({ length: 10 }, (_, place) => ({
      object_id: `${flow} ${at + place}`,
      timerange: `[${at + place}:0_${at + place + 1}:0)`,
      get_urls: [{ label: 'web', url: 'https://media.example/x' }],
    }))
    await ask('POST', `/flows/${flow}/segments`, segments)
    if (at % 30 === 0)
      await ask('DELETE', `/flows/${flow}/segments?timerange=[${at}:0_${at + 2}:0)`, undefined)
    at += 10
  }
}

/** Up to where the tables include the log. */
const positionIn = (db: VastDb): Promise<number> =>
  db.transaction(async (tx) => {
    const checkpoints = await readCheckpoints(tx.table({ ...PLACE, table: checkpointTable.name }))
    return checkpoints.get(LOG)?.position ?? 0
  })

async function headOf({ url }: RunningService): Promise<number> {
  const health = (await (await fetch(`${url}/health`)).json()) as { log_position: number }
  return health.log_position
}

/** Thousands of rows are compared far quicker so. */
const asTexts = (rows: Rows) =>
  Object.entries(rows).map(([table, all]) => [
    table,
    all.map((row) => JSON.stringify(row, (_, value) => (typeof value === 'bigint' ? `${value}n` : value))),
  ])

it('writes each row once, however often it is killed and its commits are cut', async () => {
  await withFolder(async (folder) => {
    // What a killed projector held is in the way of the next one until it expires.
    let nowMs = 0
    let requests = 0
    const server = await startVastDb({ nowMs: () => nowMs, expireAfterMs: 1, onRequest: () => requests++ })
    const vast = {
      VAST_ENDPOINT: server.url,
      VAST_ACCESS_KEY: server.account.accessKeyId,
      VAST_SECRET_KEY: server.account.secretAccessKey,
      VAST_BUCKET: PLACE.bucket,
    }
    const start = () => startService(folder, { ...vast, ...ALONE })
    let running = await start()
    let kill = startProjectorProcess(folder, vast)
    const writing = new AbortController()
    const flows = Array.from({ length: FLOWS }, () => randomUUID())
    let rounds = ROUNDS_A_LIFE
    const writers = flows.map((flow) =>
      write(
        () => running,
        flow,
        () => rounds,
        writing.signal,
      ),
    )
    const commits = { method: 'PUT', command: 'transaction' }
    for (let life = 0; life < LIVES; life++) {
      server.faults.add({ kind: life % 2 === 0 ? 'cut_after' : 'cut_before' }, { ...commits, skip: life % 3 })
      server.faults.add({ kind: 'expire' }, { command: 'rows', skip: 5 * life })
      const until = requests + 1 + Math.floor(REQUESTS_A_LIFE * Math.random())
      await expect.poll(() => requests, PATIENCE).toBeGreaterThanOrEqual(until)
      await kill()
      nowMs++
      // Its log and its catalog go on where they were, too.
      if (life % 4 === 3) {
        await running.kill()
        running = await start()
      }
      kill = startProjectorProcess(folder, vast)
      rounds += ROUNDS_A_LIFE
      await expect.poll(() => requests, PATIENCE).toBeGreaterThan(until)
      // A request of the killed one may have come late, and kept its transaction.
      nowMs++
    }
    writing.abort()
    await Promise.all(writers)
    server.faults.clear()
    nowMs++

    const db = await clientOf(server)
    await expect.poll(async () => (await headOf(running)) - (await positionIn(db)), PATIENCE).toBe(0)
    const rows = await rowsInVast(db, PLACE)
    expect(asTexts(rows)).toEqual(asTexts(await rowsInCatalog(`${folder}/catalog.db`, await positionIn(db))))
    expect(rows['segments']?.length).toBeGreaterThan(100)
    db.close()
    await kill()
    await running.stop()
    await server.close()
  })
})
