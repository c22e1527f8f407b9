import type { VastDb } from '../../adapters/vast-db/connect.ts'
import type { SchemaRef } from '../../adapters/vast-db/names.ts'
import type { CatalogSnapshots } from '../catalog-snapshots.ts'

export type VerifyTools = {
  readonly db: VastDb
  readonly place: SchemaRef
  readonly catalog: CatalogSnapshots
  /** Views that someone keeps; undefined where there are none. */
  readonly viewsPath?: string | undefined
  readonly signal: AbortSignal
  /** Told once it is known about how many rows there are to read. */
  readonly onTotal: (rows: number) => void
  readonly onRows: (rows: number) => void
  /** For how long the tables may be behind before it is given up. Default: half a minute. */
  readonly patienceMs?: number
}

/** The tables are at another position than what they are compared with. */
export type Behind = { readonly at: number; readonly log: number }
