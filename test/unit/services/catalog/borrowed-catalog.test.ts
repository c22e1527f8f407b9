import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { borrowCatalog } from '../../../../services/catalog/borrowed-catalog.ts'
import { CatalogBehind, openCatalog } from '../../../../services/catalog/catalog.ts'
import { lockFile, tryLockFile } from '../../../../services/process/file-lock.ts'
import { type CommandHarness, logPath, openCommandHarness } from '../../../support/command-harness.ts'
import { withFolder } from '../../../support/running-service.ts'

type Place = {
  readonly harness: CommandHarness
  readonly catalogPath: string
  readonly logLocation: string
  /** As a service has it, or a command in its place. */
  readonly tryLock: () => (() => void) | undefined
}

/** A log with commands; its catalog is not the one that is borrowed. */
const inPlace = (use: (place: Place) => Promise<void>): Promise<void> =>
  withFolder(async (folder) => {
    const harness = await openCommandHarness(folder, { name: 'own' })
    const catalogPath = join(folder, 'catalog.db')
    const tryLock = () => tryLockFile(catalogPath)
    await use({ harness, catalogPath, logLocation: logPath(folder), tryLock })
    await harness.close()
  })

const named = (harness: CommandHarness, name: string): Promise<void> => harness.updateService({ name })

describe('a borrowed catalog', () => {
  it('is brought up to date where nobody keeps it, as often as it is asked to, and left to whoever wants it', () =>
    inPlace(async ({ harness, ...place }) => {
      await named(harness, 'one')
      const catalog = await borrowCatalog(place)
      expect(catalog.reader.service()?.name).toBe('one')
      await named(harness, 'two')
      await catalog.reached(await harness.log.head())
      expect(catalog.reader.service()?.name).toBe('two')
      expect(catalog.position()).toBe(await harness.log.head())
      lockFile(place.catalogPath)()
      await catalog.close()
    }))

  it('is waited for where somebody keeps it', () =>
    inPlace(async ({ harness, ...place }) => {
      const unlock = lockFile(place.catalogPath)
      const { tryLock, ...options } = place
      const kept = await openCatalog(options)
      const catalog = await borrowCatalog({ ...options, tryLock })
      await named(harness, 'one')
      await catalog.reached(await harness.log.head())
      expect(catalog.reader.service()?.name).toBe('one')
      await catalog.close()
      await kept.close()
      unlock()
    }))

  it('is given up where whoever keeps it gets nowhere', () =>
    inPlace(async (place) => {
      const unlock = lockFile(place.catalogPath)
      await expect(borrowCatalog({ ...place, patienceMs: 10 })).rejects.toThrow(CatalogBehind)
      unlock()
    }))
})

describe('the lock of a catalog', () => {
  it('is had by one, and told of to the next', () =>
    withFolder(async (folder) => {
      const path = join(folder, 'catalog.db')
      const unlock = lockFile(path)
      expect(tryLockFile(path)).toBeUndefined()
      expect(() => lockFile(path)).toThrow('give each its own DATA_DIR')
      unlock()
      lockFile(path)()
    }))
})
