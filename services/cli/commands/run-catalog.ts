import { existsSync, mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { SQLITE_FULL, sqliteCode } from '../../adapters/event-log/sqlite/sqlite-error.ts'
import { type CatalogCopy, CopyRefused, exportCatalog, importCatalog } from '../../catalog/catalog-copy.ts'
import { loadConfig } from '../../config/config.ts'
import { logPath } from '../../config/log-place.ts'
import { createLogger } from '../../observability/logger.ts'
import { tryLockFile } from '../../process/file-lock.ts'
import { startLog } from '../../process/open-log.ts'
import { Failure } from '../failure.ts'
import { printJson, printLine } from '../output.ts'
import { sizeText } from '../progress.ts'

type Flags = { readonly json?: boolean }

export async function runCatalogExport(file: string, { json }: Flags): Promise<void> {
  const { DATA_DIR } = loadConfig(process.env)
  const catalogPath = join(DATA_DIR, 'catalog.db')
  if (resolve(file) === resolve(catalogPath)) throw new Failure(`${file} is the catalog itself`)
  tell(await readably(() => exportCatalog(catalogPath, file)), json)
}

export async function runCatalogImport(file: string, { json }: Flags): Promise<void> {
  const config = loadConfig(process.env)
  const path = logPath(config)
  if (config.EVENTSTORE_URL === undefined && !existsSync(path))
    throw new Failure(`there is no event log at ${path} (LOG_DIR or DATA_DIR names its folder)`)
  if (!existsSync(file)) throw new Failure(`there is no ${file}`)
  mkdirSync(config.DATA_DIR, { recursive: true })
  const catalogPath = join(config.DATA_DIR, 'catalog.db')
  const unlock = tryLockFile(catalogPath)
  if (!unlock) throw new Failure(`${config.DATA_DIR} is in use by a service: stop it first`)
  try {
    const log = (await startLog(config, createLogger('error'))).log
    try {
      tell(await readably(() => importCatalog(file, catalogPath, log)), json)
    } finally {
      await log.close()
    }
  } finally {
    unlock()
  }
}

function tell(copy: CatalogCopy, json: boolean | undefined): void {
  if (json) printJson(copy)
  else printLine(`the catalog at position ${copy.position} (${sizeText(copy.bytes)})`)
}

/** What an operator can mend is nothing to show a stack for. */
async function readably<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (sqliteCode(error) === SQLITE_FULL) throw new Failure('the disk is full')
    if (error instanceof CopyRefused || isOfFiles(error)) throw new Failure(error.message)
    throw error
  }
}

const isOfFiles = (error: unknown): error is NodeJS.ErrnoException =>
  error instanceof Error && 'syscall' in error
