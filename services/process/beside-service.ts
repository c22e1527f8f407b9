import { join } from 'node:path'
import { borrowCatalog } from '../catalog/borrowed-catalog.ts'
import type { Catalog } from '../catalog/catalog.ts'
import type { FollowerOptions } from '../catalog/follower-message.ts'
import type { CommandServices } from '../commands/command-services.ts'
import { commandRunner } from '../commands/run-command.ts'
import { openStreamCache } from '../commands/stream-cache.ts'
import type { Config } from '../config/config.ts'
import { logDir, logPath } from '../config/log-place.ts'
import type { Logger } from '../observability/logger.ts'
import type { EventLog } from '../ports/event-log.ts'
import { storageBackends } from '../storage/storage-backends.ts'
import { tryLockFile } from './file-lock.ts'
import type { MirrorHealth } from './mirror-health.ts'
import { openBackends } from './open-backends.ts'
import { startLog } from './open-log.ts'
import { derivedKey, secretKey } from './secret-key.ts'

export type BesideService = {
  readonly log: EventLog
  /** Where the log is on an EventStoreDB. */
  readonly mirror: MirrorHealth | undefined
  readonly commands: CommandServices
  readonly catalogPath: string
  close(): Promise<void>
}

const borrow = ({ catalogPath, logLocation }: FollowerOptions): Promise<Catalog> =>
  borrowCatalog({ catalogPath, logLocation, tryLock: () => tryLockFile(catalogPath) })

/** Nobody is given URLs by what runs beside the service. */
const NO_URL = 'http://localhost'

/**
 * What the service works with, for another process with the same configuration, while the service runs or
 * when it does not. There is a log already.
 * @param catalogOf opens the catalog; by default it is borrowed from whoever keeps it
 * @throws InvalidConfig, LogUnavailable, CatalogBehind
 */
export async function openBesideService(
  config: Config,
  logger: Logger,
  catalogOf: (options: FollowerOptions) => Promise<Catalog> = borrow,
): Promise<BesideService> {
  const catalogPath = join(config.DATA_DIR, 'catalog.db')
  const logLocation = logPath(config)
  const signingKey = derivedKey(secretKey(logDir(config), config.SECRET_KEY), 'media urls')
  const backends = await openBackends({ config, publicUrl: () => NO_URL, signingKey, logger })
  const { log, mirror } = await startLog(config, logger)
  try {
    const catalog = await catalogOf({ catalogPath, logLocation })
    return {
      log,
      mirror,
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
