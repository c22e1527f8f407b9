import { openCatalogOfOther } from '../../projections/catalog/catalog-database.ts'
import { catalogPosition } from '../catalog/borrowed-catalog.ts'
import { CatalogBehind } from '../catalog/catalog.ts'
import type { StorageBackend } from '../storage/storage-backends.ts'
import type { Finding, Report } from './finding.ts'
import { knownMediaTable } from './known-media-table.ts'
import { reconcileBackend } from './reconcile-backend.ts'
import { reconcileReferences } from './reconcile-references.ts'
import type { ReconcileOptions, ReconcileServices } from './reconcile-services.ts'
import { referenceTable } from './reference-table.ts'
import { suspectTable } from './suspect-table.ts'
import { unknownBackends } from './unknown-backends.ts'

/**
 * Compares the index with the Storage Backends, and references with what refers, while both are in use; tells
 * of each finding when it is sure of it, settles it where it is asked to, and sums up each part. A backend
 * that is away is told of, and the others are looked through.
 * @throws LogUnavailable, CatalogBehind, CommandContended; the reason of `signal`
 */
export async function* reconcile(
  services: ReconcileServices,
  options: ReconcileOptions,
): AsyncGenerator<Report> {
  const { log, commands } = services
  const { catalog, storageBackends } = commands
  await catalog.reached(await log.head())
  const database = openCatalogOfOther(services.catalogPath)
  if (!database) throw beingRebuilt(services)
  const position = catalogPosition(database)
  /** A file that was replaced stays as it was for whoever has it open. */
  const reachHead = async () => {
    const head = await log.head()
    await catalog.reached(head)
    if (position() < head) throw beingRebuilt(services)
  }
  try {
    database.exec('PRAGMA temp_store = FILE')
    const tables = { known: knownMediaTable(database), suspects: suspectTable(database), reachHead }
    for (const backend of storageBackends.all.filter(isWanted(options))) {
      const summary = yield* told(reconcileBackend(services, tables, backend, options))
      yield { type: 'backend', ...summary }
    }
    if (options.storageIds) return
    for (const summary of unknownBackends(database, storageBackends)) yield { type: 'backend', ...summary }
    const summary = yield* told(
      reconcileReferences(services, { ...referenceTable(database), reachHead }, options),
    )
    yield { type: 'references', ...summary }
  } finally {
    database.close()
  }
}

const beingRebuilt = ({ catalogPath }: ReconcileServices): CatalogBehind =>
  new CatalogBehind(`${catalogPath} was made anew just now: try again`)

const isWanted =
  ({ storageIds }: ReconcileOptions) =>
  ({ id }: StorageBackend): boolean =>
    storageIds?.includes(id) ?? true

async function* told<S>(findings: AsyncGenerator<Finding, S>): AsyncGenerator<Report, S> {
  for (;;) {
    const { done, value } = await findings.next()
    if (done) return value
    yield { type: 'finding', ...value }
  }
}
