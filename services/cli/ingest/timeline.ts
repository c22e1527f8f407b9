import { formatTimeRange, rangeBetween, type TimeRange } from '../../../contracts/time/timerange.ts'
import {
  addTimestamps,
  compareTimestamps,
  subtractTimestamps,
  type Timestamp,
  ZERO,
} from '../../../contracts/time/timestamp.ts'
import type { TrackTiming } from '../media/segment-media.ts'
import { floorDivide, timestampOfTicks } from '../media/ticks.ts'

/** A segment, as it comes. */
export type Arrival = {
  readonly timing: TrackTiming
  /** After how many ticks the container's times begin again; undefined where they never do. */
  readonly periodTicks: bigint | undefined
  /** Changes where the playlist says that times begin anew. */
  readonly discontinuity: number
  /** From the playlist, for media that does not tell how long its last sample lasts. */
  readonly durationSeconds: number
}

/** What must be known of a segment to place the one after it. */
export type Anchor = {
  /** Flow time minus media time, with the times of media counted on where they began again. */
  readonly shift: Timestamp
  /** On the media's timeline, counted on. */
  readonly mediaEndTicks: bigint
  readonly discontinuity: number
  /** On the Flow's timeline. */
  readonly end: Timestamp
  /** `end` may be moved to any time after this one: its last sample's. Once it is registered, this is `end`. */
  readonly endsAfter: Timestamp
}

/** Where a segment is, as far as its neighbours are concerned. */
export type Place = Anchor & { readonly start: Timestamp }

/** Where a segment is on the Flow's timeline. `end` is not final before the next one has come. */
export type Draft = Place & {
  /** The first time in it, on its own timeline. */
  readonly containedFrom: Timestamp
  /** Flow time minus the times written in the object. */
  readonly tsOffset: Timestamp
  /** Times went back although the playlist did not say so. */
  readonly isRestart: boolean
}

/** What is registered of it. */
export type Placement = {
  readonly timerange: TimeRange
  readonly tsOffset: Timestamp
  readonly lastDuration: Timestamp
  /** All of its media on its own timeline; undefined where that is what `timerange` says. */
  readonly objectTimerange: TimeRange | undefined
}

/**
 * Places a segment after the one before it.
 *
 * Without a discontinuity the media's own times decide, so that a gap in the media is a gap on the Flow's
 * timeline. With one, the segment follows the one before without a gap: that is how HLS is played. Where times
 * overlap, the later segment gives way; where they go back altogether, that is a discontinuity which the
 * playlist does not mention.
 *
 * @param startAt where the first segment shall start on the Flow's timeline; otherwise it starts at its own time
 */
export function placeAfter(previous: Anchor | undefined, arrival: Arrival, startAt?: Timestamp): Draft {
  if (!previous) {
    const shift = startAt ? subtractTimestamps(startAt, startOf(arrival)) : ZERO
    return draftOf(arrival, shift, 0n, false)
  }
  if (arrival.discontinuity !== previous.discontinuity) return startingAnew(previous, arrival, false)
  const draft = draftOf(arrival, previous.shift, turnsAfter(previous, arrival), false)
  if (compareTimestamps(draft.start, previous.end) >= 0) return draft
  if (compareTimestamps(draft.end, previous.end) <= 0) return startingAnew(previous, arrival, true)
  const canMeet = isNear(previous, draft) && compareTimestamps(draft.start, previous.endsAfter) > 0
  return canMeet ? draft : { ...draft, start: previous.end }
}

/**
 * The segment with its final end: where the next one starts, if that is within half a sample of where this one
 * would end by itself. So contiguous media meets exactly, whatever rounding the container did; a real gap stays.
 */
export function settle(draft: Draft, next: Place): Draft {
  const canMeet = isNear(draft, next) && compareTimestamps(next.start, draft.endsAfter) > 0
  return canMeet ? { ...draft, end: next.start } : draft
}

export function placementOf({ start, end, endsAfter, tsOffset, containedFrom }: Draft): Placement {
  const timerange = halfOpen(start, end)
  const contents = halfOpen(containedFrom, subtractTimestamps(end, tsOffset))
  return {
    timerange,
    tsOffset,
    lastDuration: subtractTimestamps(end, endsAfter),
    objectTimerange: formatTimeRange(contents) === formatTimeRange(timerange) ? undefined : contents,
  }
}

/** The gap or the overlap between the two is at most half of what the later one's last sample lasts. */
function isNear(draft: Anchor, next: Place): boolean {
  const gapNs = nanoseconds(subtractTimestamps(next.start, draft.end))
  return Math.abs(gapNs) <= nanoseconds(subtractTimestamps(next.end, next.endsAfter)) / 2
}

function startingAnew(previous: Anchor, arrival: Arrival, isRestart: boolean): Draft {
  return draftOf(arrival, subtractTimestamps(previous.end, startOf(arrival)), 0n, isRestart)
}

function draftOf(arrival: Arrival, shift: Timestamp, turns: bigint, isRestart: boolean): Draft {
  const { timing, durationSeconds, discontinuity } = arrival
  const flowTime = (ticks: bigint) => addTimestamps(timestampOfTicks(ticks + turns, timing.timescale), shift)
  const objectTime = (ticks: bigint) => timestampOfTicks(ticks, timing.timescale)
  const endTicks = timing.end ?? endByPlaylist(timing, durationSeconds)
  const start = flowTime(timing.start)
  return {
    shift,
    mediaEndTicks: endTicks + turns,
    discontinuity,
    start,
    end: flowTime(endTicks),
    endsAfter: flowTime(timing.last),
    containedFrom: objectTime(timing.containedFrom),
    tsOffset: subtractTimestamps(start, objectTime(timing.start)),
    isRestart,
  }
}

function startOf({ timing }: Arrival): Timestamp {
  return timestampOfTicks(timing.start, timing.timescale)
}

/** How many ticks the counter has lost by beginning again, if the segment is the nearest to the one before. */
function turnsAfter(previous: Anchor, { timing, periodTicks }: Arrival): bigint {
  if (periodTicks === undefined) return 0n
  const distance = previous.mediaEndTicks - timing.start
  return floorDivide(distance + periodTicks / 2n, periodTicks) * periodTicks
}

/** The last resort: nothing in the media says how long its last sample lasts. */
function endByPlaylist({ start, last, timescale }: TrackTiming, durationSeconds: number): bigint {
  const end = start + BigInt(Math.round(durationSeconds * timescale))
  return end > last ? end : last + 1n
}

function halfOpen(start: Timestamp, end: Timestamp): TimeRange {
  return rangeBetween({ at: start, inclusive: true }, { at: end, inclusive: false })
}

/** A length of time for comparing: exact up to 104 days, beyond which nothing is near. */
function nanoseconds(length: Timestamp): number {
  return length.seconds * 1e9 + length.nanoseconds
}
