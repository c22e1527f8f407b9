import type { DatabaseSyncInstance } from '@photostructure/sqlite'
import type { Bound } from '../../contracts/time/timerange.ts'

/** Where a timeline's first and its last segment end. */
export type TimelineEnds = { readonly first: Bound; readonly last: Bound }

export type TimelineEndsQueries = {
  /** None for a flow without segments. */
  timelineEnds(flow_id: string): TimelineEnds | undefined
}

type EndRow = { readonly end_s: number; readonly end_ns: number; readonly end_inclusive: 0 | 1 }

export function timelineEndsQueries(database: DatabaseSyncInstance): TimelineEndsQueries {
  const endOf = (order: 'ASC' | 'DESC') => {
    const statement = database.prepare(`
      SELECT end_s, end_ns, end_inclusive FROM segments
      WHERE timeline = (SELECT key FROM timelines WHERE flow_id = ?)
      ORDER BY start_s ${order}, start_ns ${order} LIMIT 1`)
    return (flow_id: string): Bound | undefined => {
      const row = statement.get(flow_id) as EndRow | undefined
      if (!row) return undefined
      return { at: { seconds: row.end_s, nanoseconds: row.end_ns }, inclusive: row.end_inclusive === 1 }
    }
  }
  const [firstEnd, lastEnd] = [endOf('ASC'), endOf('DESC')]
  return {
    timelineEnds: (flow_id) => {
      const first = firstEnd(flow_id)
      const last = first && lastEnd(flow_id)
      return first && last && { first, last }
    },
  }
}
