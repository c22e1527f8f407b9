import type { Tags, TagValue } from '../../contracts/resources/tags.ts'
import { type Bound, compareEnds } from '../../contracts/time/bound.ts'
import { taiOf } from '../../contracts/time/tai.ts'
import type { NonEmptyRange } from '../../contracts/time/timerange.ts'
import {
  compareTimestamps,
  InvalidTime,
  parseTimestamp,
  subtractTimestamps,
  type Timestamp,
  ZERO,
} from '../../contracts/time/timestamp.ts'

/** Segments go when this much time has passed since their end. */
export const SEGMENT_RETENTION = 'segment_retention_offset'
/** The Flow goes when this much time has passed since it, or its segments, last changed. */
export const FLOW_RETENTION = 'flow_retention_offset'

/** What retention goes by. Times are UTC, milliseconds. */
export type RetainedFlow = {
  readonly tags: Tags
  readonly read_only: boolean
  readonly created_ms: number
  readonly metadata_updated_ms: number
  readonly segments_updated_ms: number | null
  /** Where its first and its last segment end; none where it has no segments. */
  readonly ends?: { readonly first: Bound; readonly last: Bound }
}

/** Why a tag is not acted on. docs/operations.md tells what to do about each. */
export const SKIPPED = [
  'invalid_flow_retention_offset',
  'invalid_segment_retention_offset',
  'read_only',
  'not_wall_clock',
] as const

export type Skipped = (typeof SKIPPED)[number]

export type RetentionFinding =
  | { readonly due: 'flow' }
  /** All segments wholly within `range`. */
  | { readonly due: 'segments'; readonly range: NonEmptyRange }
  | { readonly skipped: Skipped }

/**
 * What the retention tags of a Flow say is to go by now, or why they are not acted on; nothing for the most part.
 * @see TAMS ADR 0043 and AppNote 0019; docs/decisions/0038 for where these are silent
 */
export function retentionFindings(flow: RetainedFlow, nowMs: number): readonly RetentionFinding[] {
  const ofFlow = flowFinding(flow, nowMs)
  // The segments of a flow that goes go with it.
  if (ofFlow && 'due' in ofFlow) return [allowed(flow, ofFlow)]
  const ofSegments = segmentsFinding(flow, nowMs)
  return [ofFlow, ofSegments && allowed(flow, ofSegments)].filter((finding) => finding !== undefined)
}

function flowFinding(flow: RetainedFlow, nowMs: number): RetentionFinding | undefined {
  const { [FLOW_RETENTION]: value } = flow.tags
  if (value === undefined) return undefined
  const offset = offsetOf(value)
  if (!offset) return { skipped: 'invalid_flow_retention_offset' }
  const changed = taiOf(Math.max(flow.metadata_updated_ms, flow.segments_updated_ms ?? 0))
  const isDue = compareTimestamps(changed, subtractTimestamps(taiOf(nowMs), offset)) <= 0
  return isDue ? { due: 'flow' } : undefined
}

function segmentsFinding({ tags, created_ms, ends }: RetainedFlow, nowMs: number) {
  const { [SEGMENT_RETENTION]: value } = tags
  if (value === undefined) return undefined
  const offset = offsetOf(value)
  if (!offset) return { skipped: 'invalid_segment_retention_offset' } as const
  const end: Bound = { at: subtractTimestamps(taiOf(nowMs), offset), inclusive: false }
  if (!ends || compareEnds(ends.first, end) > 0) return undefined
  if (!isWallClock(ends.last, offset, created_ms)) return { skipped: 'not_wall_clock' } as const
  return { due: 'segments', range: { kind: 'range', start: null, end } } as const
}

/** TAMS refuses clients to delete anything of a read-only flow; the service itself is no exception. */
const allowed = (flow: RetainedFlow, finding: RetentionFinding): RetentionFinding =>
  'due' in finding && flow.read_only ? { skipped: 'read_only' } : finding

/** How long before its flow was made the last segment of a timeline of wall clock times may have been due. */
const OLDEST_IMPORT: Timestamp = { seconds: 365 * 24 * 3600, nanoseconds: 0 }

/**
 * Whether a timeline, with this offset, can be one of wall clock times. One that counts from zero has all its
 * segments due in 1970, so acting on it would delete whatever is written to it at once. Nobody keeps a loop like
 * that: a flow of which all was due long before it was made is taken for a mistake.
 */
function isWallClock(last: Bound, offset: Timestamp, createdMs: number): boolean {
  const oldest = subtractTimestamps(taiOf(createdMs), OLDEST_IMPORT)
  return compareTimestamps(last.at, subtractTimestamps(oldest, offset)) >= 0
}

/** A TAMS timestamp of more than nothing. Of a list, nobody can say which value is meant. */
function offsetOf(value: TagValue): Timestamp | undefined {
  if (typeof value !== 'string') return undefined
  try {
    const offset = parseTimestamp(value)
    return compareTimestamps(offset, ZERO) > 0 ? offset : undefined
  } catch (error) {
    if (error instanceof InvalidTime) return undefined
    throw error
  }
}
