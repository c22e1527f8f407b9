import type { TableName } from '../../../contracts/operations/get-analytics-table.ts'
import type { TimeRange } from '../../../contracts/time/timerange.ts'

/** What is wanted of a table. */
export type TableRequest = {
  readonly name: TableName
  /** All, in their order, unless given. */
  readonly columns?: readonly string[] | undefined
  readonly flow_id?: string | undefined
  readonly source_id?: string | undefined
  readonly range: TimeRange
  /** UTC, milliseconds. */
  readonly nowMs: number
}
