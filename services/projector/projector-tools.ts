import type { VastDb } from '../adapters/vast-db/connect.ts'
import type { SchemaRef } from '../adapters/vast-db/names.ts'
import type { Logger } from '../observability/logger.ts'
import type { EventLog } from '../ports/event-log.ts'
import type { CatalogSnapshots } from './catalog-snapshots.ts'
import type { CollectLimits } from './collect-batch.ts'
import type { RowCount } from './write-changes.ts'

export type ProjectorTools = {
  readonly log: EventLog
  readonly catalog: CatalogSnapshots
  readonly connect: (signal: AbortSignal) => Promise<VastDb>
  /** The views, which someone keeps beside the log; undefined where their tables are left alone. */
  readonly viewsPath?: string | undefined
  /** Where the tables are. */
  readonly place: SchemaRef
  readonly logger: Logger
  readonly now: () => number
  readonly limits?: Partial<ProjectorLimits>
  readonly onRows?: RowCount
  readonly onBatch?: (seconds: number) => void
  readonly onError?: (error: unknown) => void
}

export type ProjectorLimits = CollectLimits & {
  /** How often it is looked whether the tables are still there, while there is nothing to write. */
  readonly lookMs: number
  /** How long tables of views are left as they are, at least, after they were written. */
  readonly viewsRestMs: number
  readonly retryFirstMs: number
  readonly retryMaxMs: number
}
