import type { StatementSyncInstance } from '@photostructure/sqlite'
import type { Facet } from './facets.ts'
import type { StagedRows } from './staged-rows.ts'

/** A transaction under way: what it has staged, and the means to write it. */
export type CatalogWrite = {
  readonly prepare: (sql: string) => StatementSyncInstance
  /** Timelines by flow id, as seen so far. */
  readonly timelines: Map<string, Timeline>
  /** By timeline key, where segments may be added without a change to the flow's facets. */
  readonly windows: Map<number, ExtentWindow>
  /** The ids of facets, as seen so far. */
  readonly facets: Map<Facet, number>
  readonly staged: StagedRows
}

/** A timeline's key, and the zone that the last segment added to it is in. */
export type Timeline = { readonly key: number; zone: number | undefined }

/** Seconds between which a segment changes nothing about when a flow has content. */
export type ExtentWindow = { readonly low: number; readonly high: number }
