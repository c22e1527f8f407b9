import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { borrowCatalog } from '../../catalog/borrowed-catalog.ts'
import { type Config, loadConfig } from '../../config/config.ts'
import { logPath } from '../../config/log-place.ts'
import type { VastConfig } from '../../config/vast-variables.ts'
import type { EventLog } from '../../ports/event-log.ts'
import { tryLockFile } from '../../process/file-lock.ts'
import { viewsPathOf } from '../../projector/run-projector.ts'
import { Failure } from '../failure.ts'

export type VastCommand = {
  readonly config: Config
  readonly vast: VastConfig
  readonly logPath: string
  readonly catalogPath: string
  /** None where there are to be no analytics. */
  readonly viewsPath: string | undefined
}

/** @throws InvalidConfig; Failure where there is no VAST DB or no log */
export function vastCommand(): VastCommand {
  const config = loadConfig(process.env)
  const { vast, DATA_DIR } = config
  if (!vast) throw new Failure('there is no VAST DB: set VAST_ENDPOINT, as for the service')
  const path = logPath(config)
  if (!existsSync(path)) throw new Failure(`there is no event log at ${path} (DATA_DIR names its folder)`)
  return {
    config,
    vast,
    logPath: path,
    catalogPath: join(DATA_DIR, 'catalog.db'),
    viewsPath: viewsPathOf(config),
  }
}

/** Where no service keeps the catalog, it is brought up to date here. @throws CatalogBehind */
export async function catalogUpToDate({ catalogPath, logPath }: VastCommand, log: EventLog): Promise<void> {
  const tryLock = () => tryLockFile(catalogPath)
  const catalog = await borrowCatalog({ catalogPath, logLocation: logPath, tryLock })
  await catalog.reached(await log.head())
  await catalog.close()
}
