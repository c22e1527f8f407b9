import { join } from 'node:path'
import { borrowCatalog } from '../catalog/borrowed-catalog.ts'
import type { CommandServices } from '../commands/command-services.ts'
import { commandRunner } from '../commands/run-command.ts'
import { openStreamCache } from '../commands/stream-cache.ts'
import type { Config } from '../config/config.ts'
import type { Logger } from '../observability/logger.ts'
import type { EventLog } from '../ports/event-log.ts'
import { storageBackends } from '../storage/storage-backends.ts'
import { tryLockFile } from './file-lock.ts'
import { openBackends } from './open-backends.ts'
import { logFileIn, startLog } from './open-log.ts'
import { derivedKey, secretKey } from './secret-key.ts'

export type BesideService = {
  readonly log: EventLog
  readonly commands: CommandServices
  readonly catalogPath: string
  close(): Promise<void>
}

/** Nobody is given URLs by what runs beside the service. */
const NO_URL = 'http://localhost'

/**
 * What the service works with, for another process with the same configuration, while the service runs or
 * when it does not. The data directory has a log already.
 * @throws InvalidConfig, LogUnavailable, CatalogBehind
 */
export async function openBesideService(config: Config, logger: Logger): Promise<BesideService> {
  const catalogPath = join(config.DATA_DIR, 'catalog.db')
  const logLocation = logFileIn(config.DATA_DIR)
  const signingKey = derivedKey(secretKey(config.DATA_DIR, config.SECRET_KEY), 'media urls')
  const backends = await openBackends({ config, publicUrl: () => NO_URL, signingKey, logger })
  const { log } = await startLog(config, logger)
  try {
    const catalog = await borrowCatalog({
      catalogPath,
      logLocation,
      tryLock: () => tryLockFile(catalogPath),
    })
    return {
      log,
      catalogPath,
      commands: {
        run: commandRunner(log, openStreamCache(log)),
        catalog,
        storageBackends: storageBackends(backends.all),
        mediaDeleteGraceSeconds: config.MEDIA_DELETE_GRACE,
      },
      close: async () => {
        await catalog.close()
        await log.close()
        backends.close()
      },
    }
  } catch (error) {
    await log.close()
    backends.close()
    throw error
  }
}
