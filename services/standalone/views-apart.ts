import { join } from 'node:path'
import { openCatalogOfOther } from '../../projections/catalog/catalog-database.ts'
import { catalogPosition } from '../catalog/borrowed-catalog.ts'
import { openCatalog } from '../catalog/catalog.ts'
import type { Config } from '../config/config.ts'
import { hasOwnViews, logPath } from '../config/log-place.ts'
import type { Logger } from '../observability/logger.ts'
import { lockFile } from '../process/file-lock.ts'
import { tellOfCatalog } from './tell-of-catalog.ts'

/** The catalog that threads of this process read. */
export type ViewsApart = {
  readonly catalog: { position(): number }
  close(): Promise<void>
}

/**
 * For a service without an API: keeps a catalog, where its data directory is its own; where it is that of the log, the
 * API keeps one there.
 */
export async function openViewsApart(config: Config, logger: Logger): Promise<ViewsApart> {
  const catalogPath = join(config.DATA_DIR, 'catalog.db')
  if (!hasOwnViews(config)) {
    return { catalog: { position: () => positionIn(catalogPath) }, close: async () => {} }
  }
  const unlock = lockFile(catalogPath)
  const catalog = await openCatalog({ catalogPath, logLocation: logPath(config) }, tellOfCatalog(logger))
  return { catalog, close: () => catalog.close().finally(unlock) }
}

function positionIn(path: string): number {
  const database = openCatalogOfOther(path)
  if (!database) return 0
  try {
    return catalogPosition(database)()
  } finally {
    database.close()
  }
}
