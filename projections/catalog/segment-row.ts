import type { SegmentRecord } from '../../contracts/events/timeline-events.ts'
import { formatTimeRange, parseTimeRange } from '../../contracts/time/timerange.ts'

/**
 * A segment's columns, in the order of the table's after `timeline`: start and end as seconds and
 * nanoseconds, whether the end is inclusive (a start always is), the object, and the rest as JSON, if any.
 */
export type SegmentRow = readonly [
  start_s: number,
  start_ns: number,
  end_s: number,
  end_ns: number,
  end_inclusive: number,
  object_id: string,
  extra: string | null,
]

/** @throws where the segment could not have been registered: TAMS wants bounds, and the start inclusive. */
export function segmentRow(segment: SegmentRecord): SegmentRow {
  const { object_id, timerange, ...rest } = segment
  const range = parseTimeRange(timerange)
  if (range.kind === 'empty' || !range.start?.inclusive || !range.end) {
    throw new Error(`not a segment's timerange: ${timerange}`)
  }
  const { start, end } = range
  let extra: string | null = null
  for (const _ in rest) {
    extra = JSON.stringify(rest)
    break
  }
  return [
    start.at.seconds,
    start.at.nanoseconds,
    end.at.seconds,
    end.at.nanoseconds,
    end.inclusive ? 1 : 0,
    object_id,
    extra,
  ]
}

/** The row's timerange, as it was. */
export function rowTimeRange(row: readonly [number, number, number, number, number, ...unknown[]]): string {
  const [start_s, start_ns, end_s, end_ns, end_inclusive] = row
  return formatTimeRange({
    kind: 'range',
    start: { at: { seconds: start_s, nanoseconds: start_ns }, inclusive: true },
    end: { at: { seconds: end_s, nanoseconds: end_ns }, inclusive: end_inclusive === 1 },
  })
}
