import type { CatalogEvents } from '../catalog/catalog.ts'
import type { Logger } from '../observability/logger.ts'

export const tellOfCatalog = (logger: Logger): CatalogEvents => ({
  onProgress: (position, head) =>
    logger.info({ position, head, percent: Math.floor((100 * position) / head) }, 'building the catalog'),
  onRebuilt: (position) => logger.info({ position }, 'the catalog was built from the log'),
  onFailure: (error) => logger.error({ err: error }, 'the catalog has stopped; it is started again'),
})
