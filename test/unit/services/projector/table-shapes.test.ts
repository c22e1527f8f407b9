import { join } from 'node:path'
import { Field, Schema, Utf8 } from 'apache-arrow'
import { describe, expect, it } from 'vitest'
import { arrowSchema } from '../../../../projections/vast/arrow/arrow-schema.ts'
import { TABLES } from '../../../../projections/vast/tables/all-tables.ts'
import type { VastDb } from '../../../../services/adapters/vast-db/connect.ts'
import type { Transaction } from '../../../../services/adapters/vast-db/transaction.ts'
import { type CommandHarness, openCommandHarness } from '../../../support/command-harness.ts'
import { videoFlow } from '../../../support/flow-metadata.ts'
import { PLACE, projectorOf } from '../../../support/projector/running-projector.ts'
import { rowsInCatalog, rowsInVast } from '../../../support/projector/tables-of.ts'
import { withFolder } from '../../../support/running-service.ts'
import { startVastDb, type VastDbServer } from '../../../support/vast-db/vast-db-server.ts'
import { clientOf } from '../../../support/vast-db-client/client-of.ts'

type Scene = {
  readonly harness: CommandHarness
  readonly server: VastDbServer
  readonly db: VastDb
  readonly catalogPath: string
  /** Has a projector catch up, and stop. */
  project(): Promise<void>
}

const withTables = (use: (scene: Scene) => Promise<void>) =>
  withFolder(async (folder) => {
    const harness = await openCommandHarness(folder)
    const server = await startVastDb()
    const db = await clientOf(server)
    const catalogPath = join(folder, 'catalog.db')
    const project = async () => {
      await harness.catchUp()
      const projector = projectorOf(harness.log, catalogPath, server)
      await projector.reached(await harness.log.head())
      await projector.stop()
    }
    try {
      await harness.putFlow(videoFlow('video', 'camera', { label: 'one' }))
      await register(harness, 0)
      await project()
      await use({ harness, server, db, catalogPath, project })
    } finally {
      db.close()
      await server.close()
      await harness.close()
    }
  })

/** Four segments, each of an object of its own. */
const register = async (harness: CommandHarness, from: number) => {
  const ids = Array.from({ length: 4 }, (_, at) => `object ${from + at}`)
  await harness.allocate('video', ...ids)
  const segments = ids.map((object_id, at) => ({
    object_id,
    timerange: `[${from + at}:0_${from + at + 1}:0)`,
  }))
  await harness.register('video', ...segments)
}

const tableOf = (tx: Transaction, table: string) => tx.table({ ...PLACE, table })

const changes: Record<string, (tx: Transaction) => Promise<void>> = {
  'lacks columns': async (tx) => {
    await tableOf(tx, 'flows').dropColumns(['label', 'frame_width'])
    await tableOf(tx, 'segments').dropColumns(['position'])
    await tableOf(tx, 'objects').dropColumns(['size_bytes', 'storage_ids'])
  },
  'has columns of other types': async (tx) => {
    for (const [name, column] of [
      ['segments', 'position'],
      ['flows', 'frame_width'],
    ] as const) {
      const { fields } = arrowSchema(TABLES[name].columns)
      const others = fields.map((field) =>
        field.name === column ? new Field(column, new Utf8(), true) : field,
      )
      await tableOf(tx, name).drop()
      await tx.createTable({ ...PLACE, table: name }, new Schema(others))
    }
  },
  'is not there': async (tx) => {
    for (const name of ['segments', 'objects', 'profiles']) await tableOf(tx, name).drop()
  },
}

describe('a table of an earlier release', () => {
  it.each(Object.entries(changes))('that %s is made what it has to be', (_, change) =>
    withTables(async ({ harness, db, catalogPath, project }) => {
      await db.transaction(change)
      // What came since is yet to be told to all tables.
      await harness.changeFlow('video', { property: 'label', value: 'two' })
      await register(harness, 10)
      await harness.deleteSegments('video', '[1:0_2:0)')
      await project()
      const head = await harness.log.head()
      const expected = await rowsInCatalog(catalogPath, head)
      expect(await rowsInVast(db, PLACE)).toEqual(expected)
      expect(expected['segments']).toHaveLength(7)

      await register(harness, 20)
      await harness.deleteSegments('video', '[10:0_11:0)')
      await project()
      expect(await rowsInVast(db, PLACE)).toEqual(await rowsInCatalog(catalogPath, await harness.log.head()))
    }),
  )

  it('keeps columns that are not ours', () =>
    withTables(async ({ harness, db, catalogPath, project }) => {
      const more = new Schema([new Field('note', new Utf8(), true)])
      await db.transaction((tx) => tableOf(tx, 'flows').addColumns(more))
      await register(harness, 10)
      await project()
      const { fields } = await db.transaction((tx) => tableOf(tx, 'flows').columns())
      expect(fields.at(-1)?.name).toBe('note')
      expect(await rowsInVast(db, PLACE)).toEqual(await rowsInCatalog(catalogPath, await harness.log.head()))
    }))
})

describe('tables that are not of this log', () => {
  const told = (projector: ReturnType<typeof projectorOf>) =>
    expect.poll(() => projector.state().error, { interval: 5 })

  it('are left alone where they are of another log', () =>
    withTables(async ({ server, db }) => {
      const before = await rowsInVast(db, PLACE)
      await withFolder(async (folder) => {
        const other = await openCommandHarness(folder)
        await other.putFlow(videoFlow('other', 'camera'))
        await other.catchUp()
        const projector = projectorOf(other.log, join(folder, 'catalog.db'), server)
        await told(projector).toContain('another log')
        await projector.stop()
        await other.close()
      })
      expect(await rowsInVast(db, PLACE)).toEqual(before)
    }))

  it('are left alone where nobody knows whose they are', () =>
    withTables(async ({ harness, server, db, catalogPath }) => {
      await db.transaction((tx) => tableOf(tx, 'framelog_checkpoint').drop())
      const projector = projectorOf(harness.log, catalogPath, server)
      await told(projector).toContain('there are already: sources, flows')
      await projector.stop()
    }))
})
