import { closeSync, existsSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from '@photostructure/sqlite'
import { describe, expect, it } from 'vitest'
import { type Catalog, type CatalogEvents, openCatalog } from '../../../../services/catalog/catalog.ts'
import { type CommandHarness, logPath, openCommandHarness } from '../../../support/command-harness.ts'
import { dumpCatalog } from '../../../support/dump-catalog.ts'
import { videoFlow } from '../../../support/flow-metadata.ts'
import { withFolder } from '../../../support/running-service.ts'

const catalogPath = (folder: string) => join(folder, 'followed.db')
const open = (folder: string, events?: CatalogEvents) =>
  openCatalog({ catalogPath: catalogPath(folder), logLocation: logPath(folder) }, events)

/** Counts what a catalog tells of itself. */
function observed() {
  const told = { rebuilt: 0, failures: [] as Error[] }
  const events: CatalogEvents = {
    onRebuilt: () => {
      told.rebuilt++
    },
    onFailure: (error) => told.failures.push(error),
  }
  return { told, events }
}

const populate = async ({ putFlow, allocate, register }: CommandHarness, name = 'hd') => {
  await putFlow(videoFlow(name, `source of ${name}`))
  await allocate(name, `clip of ${name}`)
  await register(name, { object_id: `clip of ${name}`, timerange: '[0:0_1:0)' })
}

/** A log with a few events, and a catalog of them that is closed again. */
async function withClosedCatalog(use: (folder: string, harness: CommandHarness) => Promise<unknown>) {
  await withFolder(async (folder) => {
    const harness = await openCommandHarness(folder)
    await populate(harness)
    await (await open(folder)).close()
    await use(folder, harness)
    await harness.close()
  })
}

/** What the catalog holds is what one that is made from the start would. */
async function expectSound(folder: string, harness: CommandHarness, catalog: Catalog) {
  await catalog.reached(await harness.log.head())
  await harness.catchUp()
  const { meta: _, ...tables } = dumpCatalog(catalogPath(folder))
  const { meta: __, ...wanted } = dumpCatalog(join(folder, 'catalog.db'))
  expect(tables).toStrictEqual(wanted)
  expect(catalog.position()).toBe(await harness.log.head())
}

describe('a catalog', () => {
  it('shows what a process has written once it has reached its position, whoever wrote it', async () => {
    await withFolder(async (folder) => {
      const harness = await openCommandHarness(folder)
      const catalog = await open(folder)
      expect(catalog.reader.flow('hd')).toBeUndefined()
      await populate(harness)
      await catalog.reached(await harness.log.head())
      expect(catalog.reader.flow('hd')?.source_id).toBe('source of hd')
      await catalog.close()
      await harness.close()
    })
  })

  it('goes on where it was: nothing is read twice, nothing is missed', async () => {
    await withClosedCatalog(async (folder, harness) => {
      await populate(harness, 'sd')
      const { told, events } = observed()
      const catalog = await open(folder, events)
      expect(catalog.reader.flow('sd')).toBeDefined()
      await populate(harness, 'uhd')
      await expectSound(folder, harness, catalog)
      await catalog.close()
      expect(told).toStrictEqual({ rebuilt: 0, failures: [] })
    })
  })

  it('goes on also where it was there before the log’s first event', async () => {
    await withFolder(async (folder) => {
      const harness = await openCommandHarness(folder)
      const first = await open(folder)
      await populate(harness)
      await first.reached(await harness.log.head())
      await first.close()
      const { told, events } = observed()
      const second = await open(folder, events)
      await expectSound(folder, harness, second)
      await second.close()
      expect(told).toStrictEqual({ rebuilt: 0, failures: [] })
      await harness.close()
    })
  })

  it('lets go of whoever waits when it is closed', async () => {
    await withClosedCatalog(async (folder) => {
      const catalog = await open(folder)
      const waiting = catalog.reached(1_000_000)
      const closed = catalog.close()
      await expect(waiting).rejects.toThrow('closed')
      await closed
    })
  })
})

describe('a catalog is built anew from the log', () => {
  const rewrite = (folder: string, sql: string) => {
    const database = new DatabaseSync(catalogPath(folder))
    database.exec(sql)
    database.close()
  }
  const replace = (folder: string, content?: string) => {
    for (const suffix of ['', '-wal', '-shm']) rmSync(catalogPath(folder) + suffix, { force: true })
    if (content !== undefined) writeFileSync(catalogPath(folder), content)
  }

  it.each<[string, (folder: string) => void]>([
    ['of another version', (folder) => rewrite(folder, `UPDATE meta SET value = 999 WHERE key = 'version'`)],
    ['of another log', (folder) => rewrite(folder, `UPDATE meta SET value = 'x' WHERE key = 'event'`)],
    ['ahead of the log', (folder) => rewrite(folder, `UPDATE meta SET value = 9999 WHERE key = 'position'`)],
    ['something else', (folder) => rewrite(folder, 'DROP TABLE meta')],
    ['no database', (folder) => replace(folder, 'x'.repeat(100_000))],
    ['empty', (folder) => replace(folder, '')],
    ['lost', (folder) => replace(folder)],
  ])('where it is %s', async (_, spoil) => {
    await withClosedCatalog(async (folder, harness) => {
      spoil(folder)
      const { told, events } = observed()
      const catalog = await open(folder, events)
      await expectSound(folder, harness, catalog)
      await populate(harness, 'sd')
      await expectSound(folder, harness, catalog)
      await catalog.close()
      expect(told).toStrictEqual({ rebuilt: 1, failures: [] })
    })
  })

  it('where the log was put back, and has grown again since', async () => {
    await withClosedCatalog(async (folder) => {
      const log = join(folder, 'put back')
      const harness = await openCommandHarness(log)
      await populate(harness, 'sd')
      await populate(harness, 'uhd')
      const { told, events } = observed()
      const catalog = await openCatalog(
        { catalogPath: catalogPath(folder), logLocation: logPath(log) },
        events,
      )
      expect(catalog.reader.flow('hd')).toBeUndefined()
      expect(catalog.reader.flow('uhd')).toBeDefined()
      expect(told).toStrictEqual({ rebuilt: 1, failures: [] })
      await catalog.close()
      await harness.close()
    })
  })

  it('where it turns out to be damaged while it is followed, and readers see the new one', async () => {
    await withClosedCatalog(async (folder, harness) => {
      destroyAllBut(catalogPath(folder), 'meta')
      const { told, events } = observed()
      const catalog = await open(folder, events)
      await populate(harness, 'sd')
      await expectSound(folder, harness, catalog)
      expect(catalog.reader.flow('sd')).toBeDefined()
      expect(catalog.reader.flow('hd')).toBeDefined()
      await catalog.close()
      expect(told.failures).toHaveLength(1)
      expect(told.rebuilt).toBe(1)
    })
  })

  it('and can be closed while that is still to come', async () => {
    await withClosedCatalog(async (folder, harness) => {
      destroyAllBut(catalogPath(folder), 'meta')
      let fail = (_: Error) => {}
      const failed = new Promise<Error>((resolve) => {
        fail = resolve
      })
      const catalog = await open(folder, { onFailure: fail })
      await populate(harness, 'sd')
      await failed
      await catalog.close()
      expect(existsSync(catalogPath(folder))).toBe(true)
    })
  })
})

/** Overwrites the first page of every table and index of a database but one table's. */
function destroyAllBut(path: string, table: string): void {
  const database = new DatabaseSync(path)
  database.exec('PRAGMA wal_checkpoint(TRUNCATE)')
  const { page_size } = database.prepare('PRAGMA page_size').get() as { page_size: number }
  const roots = database
    .prepare('SELECT rootpage FROM sqlite_schema WHERE rootpage > 0 AND name <> ?')
    .all(table) as { rootpage: number }[]
  database.close()
  const file = openSync(path, 'r+')
  const garbage = Buffer.alloc(page_size, 0xff)
  for (const { rootpage } of roots) writeSync(file, garbage, 0, page_size, (rootpage - 1) * page_size)
  closeSync(file)
}
