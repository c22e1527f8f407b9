import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { Field, Schema, Utf8 } from 'apache-arrow'
import { describe, expect, it } from 'vitest'
import { ViewName } from '../../../../contracts/operations/get-analytics-table.ts'
import { VIEWS } from '../../../../projections/analytics/view-tables.ts'
import { arrowSchema } from '../../../../projections/vast/arrow/arrow-schema.ts'
import { recordBatch } from '../../../../projections/vast/arrow/record-batch.ts'
import type { VastDb } from '../../../../services/adapters/vast-db/connect.ts'
import { equal } from '../../../../services/adapters/vast-db/query/predicate.ts'
import { rowIdsOf } from '../../../../services/adapters/vast-db/rows/row-ids.ts'
import type { Transaction } from '../../../../services/adapters/vast-db/transaction.ts'
import { keepViews, NO_REST } from '../../../../services/analytics/keep-views.ts'
import { VIEWS_ROW } from '../../../../services/projector/views/view-checkpoint.ts'
import { type CommandHarness, openCommandHarness } from '../../../support/command-harness.ts'
import { audioFlow, videoFlow } from '../../../support/flow-metadata.ts'
import { PLACE, projectorOf } from '../../../support/projector/running-projector.ts'
import { allRowsInVast, rowsOfLog } from '../../../support/projector/tables-of.ts'
import { withFolder } from '../../../support/running-service.ts'
import { startVastDb } from '../../../support/vast-db/vast-db-server.ts'
import { clientOf } from '../../../support/vast-db-client/client-of.ts'

type Written = Record<string, Readonly<Record<string, number>>>

type Scene = {
  readonly harness: CommandHarness
  readonly db: VastDb
  /** Throws the views away, and has them built from the log. */
  buildAnew(): Promise<void>
  /** Has a projector catch up, and stop. @returns the rows of views that it wrote, by table and change */
  project(): Promise<Written>
  /** Holds the tables against the log. */
  check(): Promise<void>
}

const withViews = (use: (scene: Scene) => Promise<void>) =>
  withFolder(async (folder) => {
    const harness = await openCommandHarness(folder)
    const server = await startVastDb()
    const db = await clientOf(server)
    const paths = { catalog: join(folder, 'catalog.db'), views: join(folder, 'analytics.db') }
    let views = await keepViews(harness.log, paths.views, NO_REST)
    const buildAnew = async () => {
      await views.stop()
      for (const suffix of ['', '-wal', '-shm']) rmSync(paths.views + suffix, { force: true })
      views = await keepViews(harness.log, paths.views, NO_REST)
    }
    const project = async () => {
      await harness.catchUp()
      const written: Written = {}
      const onRows = (table: string, change: string, rows: number) => {
        if (!(table in VIEWS) || rows === 0) return
        const changes = written[table] ?? {}
        written[table] = { ...changes, [change]: (changes[change] ?? 0) + rows }
      }
      const projector = projectorOf(harness.log, paths.catalog, server, { viewsPath: paths.views, onRows })
      await projector.reached(await harness.log.head())
      await projector.stop()
      return written
    }
    const check = async () => expect(await allRowsInVast(db, PLACE)).toEqual(await rowsOfLog(harness.log))
    try {
      await harness.putFlow(videoFlow('video', 'camera', { label: 'one' }))
      await harness.putFlow(audioFlow('sound', 'microphone'))
      await harness.allocate('video', 'a', 'b', 'c')
      await harness.register('video', segment('a', 0), segment('b', 2))
      await project()
      await use({ harness, db, buildAnew, project, check })
    } finally {
      await views.stop()
      db.close()
      await server.close()
      await harness.close()
    }
  })

const segment = (object_id: string, at: number) => ({ object_id, timerange: `[${at}:0_${at + 1}:0)` })

const tableOf = (tx: Transaction, table: string) => tx.table({ ...PLACE, table })

describe('tables of views', () => {
  it('are those that the API knows', () => {
    expect(Object.keys(VIEWS)).toEqual(ViewName.options)
  })

  it('are written row by row, where something has changed', () =>
    withViews(async ({ harness, project, check }) => {
      // Nothing that a view tells: only how far it is.
      await harness.changeFlow('video', { property: 'label', value: 'two' })
      expect(await project()).toEqual({ catalog_summary: { updated: 1 } })
      await harness.register('video', segment('c', 3))
      expect(await project()).toEqual({
        // In all, and by what this flow is: not what the other is.
        flow_usage: { updated: 7 },
        // More uses; the object and its bytes were there.
        storage_usage: { updated: 1 },
        // In all, of that length, and of that flow.
        time_range_analysis: { updated: 3 },
        // Segments, how far it is, and the hour.
        catalog_summary: { updated: 3 },
      })
      await check()
      await harness.deleteFlow('sound')
      expect(await project()).toMatchObject({
        // What it alone was: the other has no status either.
        flow_usage: { updated: expect.any(Number), deleted: 5 },
        time_range_analysis: { deleted: 1 },
      })
      await check()
    }))

  const changes: Record<string, (tx: Transaction) => Promise<unknown>> = {
    'lacks columns': async (tx) => {
      await tableOf(tx, 'flow_usage').dropColumns(['segments', 'estimated_bytes'])
      await tableOf(tx, 'time_range_analysis').dropColumns(['coverage'])
      await tableOf(tx, 'catalog_summary').dropColumns(['hour'])
    },
    'has columns of other types': async (tx) => {
      for (const name of ['flow_usage', 'time_range_analysis'] as const) {
        const { fields } = arrowSchema(VIEWS[name].columns)
        const others = fields.map((field) =>
          field.name === 'segments' ? new Field('segments', new Utf8(), true) : field,
        )
        await tableOf(tx, name).drop()
        await tx.createTable({ ...PLACE, table: name }, new Schema(others))
      }
    },
    'is not there': async (tx) => {
      for (const name of ['storage_usage', 'time_range_analysis']) await tableOf(tx, name).drop()
    },
    'means something else by its columns': async (tx) => {
      const checkpoint = tableOf(tx, 'framelog_checkpoint')
      const columns = ['$row_id']
      for await (const batch of checkpoint.select({ columns, where: equal('name', VIEWS_ROW) })) {
        await checkpoint.update(
          rowIdsOf(batch.getChild('$row_id')!),
          recordBatch({ name: 'text' }, [{ name: 'views 0' }]),
        )
      }
      const usage = tableOf(tx, 'flow_usage')
      for await (const batch of usage.select({ columns }))
        await usage.delete(rowIdsOf(batch.getChild('$row_id')!))
    },
  }

  it.each(Object.entries(changes))(
    'of an earlier release that %s are made what they have to be',
    (_, change) =>
      withViews(async ({ harness, db, project, check }) => {
        await db.transaction(change)
        await harness.register('video', segment('c', 3))
        await project()
        await check()
        await harness.deleteSegments('video', '[0:0_1:0)')
        await project()
        await check()
      }),
  )

  it('keep columns that are not ours', () =>
    withViews(async ({ harness, db, project, check }) => {
      const more = new Schema([new Field('note', new Utf8(), true)])
      await db.transaction((tx) => tableOf(tx, 'flow_usage').addColumns(more))
      await harness.register('video', segment('c', 3))
      await project()
      const { fields } = await db.transaction((tx) => tableOf(tx, 'flow_usage').columns())
      expect(fields.at(-1)?.name).toBe('note')
      await check()
    }))

  it('are left as they are while the views are built anew, and go on from there', () =>
    withViews(async ({ harness, buildAnew, project, check }) => {
      await harness.register('video', segment('c', 3))
      await harness.deleteFlow('sound')
      await buildAnew()
      await project()
      await check()
    }))

  it('are not made where their names are taken', () =>
    withFolder(async (folder) => {
      const harness = await openCommandHarness(folder)
      const server = await startVastDb()
      const db = await clientOf(server)
      const paths = { catalog: join(folder, 'catalog.db'), views: join(folder, 'analytics.db') }
      await harness.putFlow(videoFlow('video', 'camera'))
      await harness.catchUp()
      // Of a release without views.
      const before = projectorOf(harness.log, paths.catalog, server)
      await before.reached(await harness.log.head())
      await before.stop()
      const mine = new Schema([new Field('mine', new Utf8(), true)])
      await db.transaction((tx) => tx.createTable({ ...PLACE, table: 'flow_usage' }, mine))
      const views = await keepViews(harness.log, paths.views, NO_REST)
      const projector = projectorOf(harness.log, paths.catalog, server, { viewsPath: paths.views })
      await expect
        .poll(() => projector.state().error, { interval: 1 })
        .toContain('there are already: flow_usage')
      await projector.stop()
      const { fields } = await db.transaction((tx) => tableOf(tx, 'flow_usage').columns())
      expect(fields.map(({ name }) => name)).toEqual(['mine'])
      await views.stop()
      db.close()
      await server.close()
      await harness.close()
    }))
})
