import { describe, expect, it } from 'vitest'
import { recordBatch } from '../../projections/vast/arrow/record-batch.ts'
import { openSqliteEventLog } from '../../services/adapters/event-log/sqlite/open-sqlite-event-log.ts'
import { equal } from '../../services/adapters/vast-db/query/predicate.ts'
import { joinRowIds, rowIdsOf } from '../../services/adapters/vast-db/rows/row-ids.ts'
import type { Table } from '../../services/adapters/vast-db/table.ts'
import { PLACE } from '../support/projector/running-projector.ts'
import { allRowsInVast, rowsOfLog } from '../support/projector/tables-of.ts'
import { runCli, startCli } from '../support/run-cli.ts'
import { startService, withFolder } from '../support/running-service.ts'
import { fillFlow, putFlow } from '../support/tams-requests.ts'
import { startVastDb, type VastDbServer } from '../support/vast-db/vast-db-server.ts'
import { clientOf } from '../support/vast-db-client/client-of.ts'

const environmentOf = (folder: string, { url, account }: VastDbServer) => ({
  DATA_DIR: folder,
  VAST_ENDPOINT: url,
  VAST_ACCESS_KEY: account.accessKeyId,
  VAST_SECRET_KEY: account.secretAccessKey,
  VAST_BUCKET: PLACE.bucket,
})

/** A data directory with two flows of five segments, written while no VAST DB was there. */
const withData = (use: (folder: string, server: VastDbServer, flow: string) => Promise<void>) =>
  withFolder(async (folder) => {
    const server = await startVastDb()
    const service = await startService(folder)
    const flow = await putFlow(service.url, { label: 'one' })
    await fillFlow(service.url, flow, 5)
    await fillFlow(service.url, await putFlow(service.url), 5)
    await service.stop()
    try {
      await use(folder, server, flow)
    } finally {
      await server.close()
    }
  })

async function rowsOfLogIn(folder: string) {
  const log = openSqliteEventLog({ path: `${folder}/events.db` })
  try {
    return await rowsOfLog(log)
  } finally {
    await log.close()
  }
}

async function idsIn(table: Table, column: string, value: string) {
  const ids = []
  for await (const batch of table.select({ columns: ['$row_id'], where: equal(column, value) }))
    ids.push(rowIdsOf(batch.getChild('$row_id')!))
  return joinRowIds(ids)
}

describe('framelog rebuild vast', () => {
  it('makes the tables without a service, and verify finds nothing wrong', () =>
    withData(async (folder, server) => {
      const environment = environmentOf(folder, server)
      const rebuilt = await runCli(['rebuild', 'vast'], environment)
      expect(rebuilt).toMatchObject({ code: 0 })
      const db = await clientOf(server)
      const rows = await allRowsInVast(db, PLACE)
      expect(rows['segments']).toHaveLength(10)
      expect(rows).toEqual(await rowsOfLogIn(folder))
      const verified = await runCli(['verify', 'vast'], environment)
      expect(verified).toMatchObject({ code: 0 })
      expect(verified.stdout).toMatch(/^segments +10 +10 +ok$/m)
      expect(verified.stdout).toMatch(/^flow_usage +7 +7 +ok$/m)
      db.close()
    }))

  it('has whoever projects fill them, though nothing has happened and nobody else keeps views', () =>
    withData(async (folder, server) => {
      const environment = environmentOf(folder, server)
      const db = await clientOf(server)
      const less = { VAST_PROJECTOR_ENABLED: 'false', ANALYTICS_ENABLED: 'false' }
      const service = await startService(folder, { ...environment, ...less })
      const alone = startCli(['vast', 'project'], environment)
      await expect
        .poll(async () => (await runCli(['verify', 'vast'], environment)).code, { interval: 200 })
        .toBe(0)
      expect(await runCli(['rebuild', 'vast'], environment)).toMatchObject({ code: 0 })
      expect(await runCli(['verify', 'vast'], environment)).toMatchObject({ code: 0 })
      expect(await allRowsInVast(db, PLACE)).toEqual(await rowsOfLogIn(folder))
      alone.process.kill('SIGTERM')
      expect(await alone.ended).toMatchObject({ code: 0 })
      await service.stop()
      db.close()
    }))
})

describe('framelog verify vast', () => {
  it('tells which rows are missing, twice, different or too many', () =>
    withData(async (folder, server, flow) => {
      const environment = environmentOf(folder, server)
      await runCli(['rebuild', 'vast'], environment)
      const db = await clientOf(server)
      await db.transaction(async (tx) => {
        const flows = tx.table({ ...PLACE, table: 'flows' })
        const label = recordBatch({ label: 'text' }, [{ label: 'two' }])
        await flows.update(await idsIn(flows, 'id', flow), label)
        const segments = tx.table({ ...PLACE, table: 'segments' })
        await segments.delete(await idsIn(segments, 'timerange', '[3:0_4:0)'))
        await tx
          .table({ ...PLACE, table: 'profiles' })
          .insert(recordBatch({ id: 'text' }, [{ id: 'nobody' }]))
        const sources = tx.table({ ...PLACE, table: 'sources' })
        for await (const batch of sources.select({ limit: 1 })) await sources.insert(batch)
        const usage = tx.table({ ...PLACE, table: 'flow_usage' })
        const more = recordBatch({ segments: 'integer' }, [{ segments: 11 }])
        await usage.update(await idsIn(usage, 'dimension', 'total'), more)
        const times = tx.table({ ...PLACE, table: 'time_range_analysis' })
        await times.delete(await idsIn(times, 'value', flow))
      })
      const { code, stdout, stderr } = await runCli(['verify', 'vast'], environment)
      expect(code).toBe(1)
      expect(stdout).toMatch(/^segments +10 +8 +other rows in 2 Flows$/m)
      expect(stdout).toMatch(/^objects +10 +10 +ok$/m)
      expect(stdout).toContain(`different   flows "${flow}": label is "two", not "one"`)
      expect(stdout).toContain(`missing     segments "${flow}" "3n" 0`)
      expect(stdout).toContain('unexpected  profiles "nobody"')
      expect(stdout).toMatch(/^twice +sources "/m)
      expect(stdout).toContain('different   flow_usage "total" null: segments is "11n", not "10n"')
      expect(stdout).toContain(`missing     time_range_analysis "flow_id" "${flow}"`)
      const wrong = 'sources, flows, segments, profiles, flow_usage, time_range_analysis'
      expect(stderr).toContain(`not as they have to be: ${wrong}`)
      db.close()
    }))

  it('says what is missing to begin with', async () => {
    await withFolder(async (folder) => {
      const none = await runCli(['verify', 'vast'], { DATA_DIR: folder })
      expect([none.code, none.stderr]).toEqual([1, expect.stringContaining('set VAST_ENDPOINT')])
    })
    await withData(async (folder, server) => {
      const empty = await runCli(['verify', 'vast'], environmentOf(folder, server))
      expect([empty.code, empty.stderr]).toEqual([
        1,
        expect.stringContaining('there are no tables in vastdb/framelog'),
      ])
    })
  })
})
