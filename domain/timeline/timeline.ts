import type { SegmentRecord, TimelineEvent } from '../../contracts/events/timeline-events.ts'
import {
  type Coverage,
  cover,
  coverageToJson,
  emptyCoverage,
  overlapWith,
  rangesOf,
  uncover,
} from '../../contracts/time/coverage.ts'
import { formatTimeRange, parseTimeRange, type TimeRange } from '../../contracts/time/timerange.ts'
import { extentOf } from '../../contracts/time/timerange-algebra.ts'
import { type Aggregate, accept, type Decision, reject } from '../decision.ts'
import { decideSegmentTag, type SegmentTagCommand, type SegmentTagRejection } from './segment-tags.ts'

/**
 * What of a Flow's timeline is taken: merged where segments meet, so that a year of contiguous media is one
 * interval.
 */
export type TimelineState = { readonly coverage: Coverage }

export type TimelineCommand =
  | {
      readonly type: 'AddSegment'
      readonly flow_id: string
      readonly segment: SegmentRecord
      /** The segment's `timerange`, parsed at the edge. */
      readonly range: TimeRange
    }
  | {
      readonly type: 'DeleteSegments'
      readonly flow_id: string
      /** The places of the segments to delete, in time order. */
      readonly ranges: readonly TimeRange[]
      readonly object_id?: string
    }
  | SegmentTagCommand

export type TimelineRejection =
  | { readonly reason: 'segment_overlaps'; readonly existing: string }
  /** What was to be deleted is no longer where it was seen. */
  | { readonly reason: 'segments_moved' }
  | SegmentTagRejection

/**
 * A segment may touch its neighbours and may not overlap any; clusivity counts.
 * @see TAMS POST_flows-flowId-segments, DELETE_flows-flowId-segments
 */
export function decideTimeline(
  command: TimelineCommand,
  state: TimelineState,
): Decision<TimelineEvent, TimelineRejection> {
  switch (command.type) {
    case 'AddSegment': {
      const clash = overlapWith(state.coverage, command.range)
      if (clash) return reject({ reason: 'segment_overlaps', existing: formatTimeRange(clash) })
      const { flow_id, segment } = command
      return accept({ type: 'SegmentsAdded', data: { flow_id, segments: [segment] } })
    }
    case 'DeleteSegments':
      return deleteSegments(command, state)
    case 'SetSegmentTag':
    case 'RemoveSegmentTag':
      return decideSegmentTag(command)
  }
}

export const timelineAggregate: Aggregate<TimelineState, TimelineEvent> = {
  initial: { coverage: emptyCoverage },
  evolve: ({ coverage }, event) => {
    switch (event.type) {
      case 'SegmentsAdded':
        return { coverage: event.data.segments.map(rangeOf).reduce(cover, coverage) }
      case 'SegmentsDeleted':
        return { coverage: event.data.ranges.map(parseTimeRange).reduce(uncover, coverage) }
      case 'SegmentTagSet':
      case 'SegmentTagRemoved':
        return { coverage }
    }
  },
}

export const isTimelineEmpty = ({ coverage }: TimelineState): boolean =>
  rangesOf(coverage).next().done === true

function deleteSegments(
  { flow_id, ranges, object_id }: Extract<TimelineCommand, { type: 'DeleteSegments' }>,
  state: TimelineState,
): Decision<TimelineEvent, TimelineRejection> {
  if (ranges.length === 0) return accept()
  if (!ranges.every((range) => overlapWith(state.coverage, range)))
    return reject({ reason: 'segments_moved' })
  return accept({
    type: 'SegmentsDeleted',
    data: {
      flow_id,
      timerange: formatTimeRange(extentOf(ranges)),
      ...(object_id !== undefined && { object_id }),
      ranges: coverageToJson(ranges.reduce(cover, emptyCoverage)),
    },
  })
}

const rangeOf = (segment: SegmentRecord): TimeRange => parseTimeRange(segment.timerange)
