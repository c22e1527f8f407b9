import { copyFileSync, mkdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from '@photostructure/sqlite'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { dumpCatalog } from '../support/dump-catalog.ts'
import { runCli } from '../support/run-cli.ts'
import { type RunningService, startService, temporaryFolder } from '../support/running-service.ts'
import { fillFlow, putFlow } from '../support/tams-requests.ts'

let folder: string
let first: RunningService
beforeEach(async () => {
  folder = temporaryFolder()
  first = await startService(join(folder, 'first'))
})
afterEach(async () => {
  await first.stop()
  rmSync(folder, { recursive: true, force: true })
})

const copy = () => join(folder, 'copy.db')
const second = () => ({ DATA_DIR: join(folder, 'second'), LOG_DIR: join(folder, 'first') })
const exportCopy = () => runCli(['catalog', 'export', copy(), '--json'], { DATA_DIR: join(folder, 'first') })
const importCopy = (file = copy(), environment: Record<string, string> = second()) =>
  runCli(['catalog', 'import', file, '--json'], environment)

/** Registers segments until it is told to stop. */
async function write(url: string, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) await fillFlow(url, await putFlow(url), 50)
}

describe('a copy of a catalog', () => {
  it('made while others write starts another service, which reads only what came since', async () => {
    await fillFlow(first.url, await putFlow(first.url), 500)
    const writing = new AbortController()
    const writers = [1, 2, 3].map(() => write(first.url, writing.signal))

    const exported = await exportCopy()
    expect(exported.code, exported.stderr).toBe(0)
    await fillFlow(first.url, await putFlow(first.url), 50)
    writing.abort()
    await Promise.all(writers)
    const imported = await importCopy()
    expect(imported.code, imported.stderr).toBe(0)
    const told = JSON.parse(imported.stdout)
    expect(told).toEqual(JSON.parse(exported.stdout))
    expect(told.position).toBeGreaterThan(500)

    const other = await startService(second().DATA_DIR, { ...second(), DELETION_ENABLED: 'false' })
    expect(other.log()).not.toContain('the catalog was built from the log')
    const busy = await importCopy()
    expect([busy.code, busy.stderr]).toEqual([1, expect.stringContaining('is in use by a service')])
    await other.stop()
    await first.stop()
    expect(dumpCatalog(join(folder, 'second', 'catalog.db'))).toEqual(
      dumpCatalog(join(folder, 'first', 'catalog.db')),
    )
  })

  it('is of no use to another log, nor where it is damaged or of another release', async () => {
    await fillFlow(first.url, await putFlow(first.url), 300)
    expect(await exportCopy()).toMatchObject({ code: 0 })
    const elsewhere = join(folder, 'elsewhere')
    const otherLog = await startService(elsewhere)
    await fillFlow(otherLog.url, await putFlow(otherLog.url), 400)
    await otherLog.stop()
    const before = dumpCatalog(join(elsewhere, 'catalog.db'))
    const refused = await importCopy(copy(), { DATA_DIR: elsewhere })
    expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining('this log does not have')])
    expect(dumpCatalog(join(elsewhere, 'catalog.db'))).toEqual(before)

    const changed = (name: string, change: (path: string) => void): string => {
      const path = join(folder, name)
      copyFileSync(copy(), path)
      change(path)
      return path
    }
    const old = changed('old.db', (path) => {
      const database = new DatabaseSync(path)
      database.exec(`UPDATE meta SET value = 0 WHERE key = 'version'`)
      database.close()
    })
    const cut = changed('cut.db', (path) => truncateSync(path, 40_960))
    const text = changed('text.db', (path) => writeFileSync(path, 'no database'))
    for (const path of [old, cut, text, join(folder, 'none.db')]) {
      expect((await importCopy(path)).code, path).toBe(1)
    }
    // A folder takes the place of the file.
    mkdirSync(join(folder, 'folder.db'))
    expect((await importCopy(join(folder, 'folder.db'))).code).toBe(1)
    expect(await importCopy()).toMatchObject({ code: 0 })
  })

  it('is not made of what is not there', async () => {
    const { code, stderr } = await runCli(['catalog', 'export', copy()], { DATA_DIR: join(folder, 'none') })
    expect([code, stderr]).toEqual([1, expect.stringContaining('there is no catalog')])
  })
})
