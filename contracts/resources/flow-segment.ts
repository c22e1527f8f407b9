import { z } from 'zod'
import { startsInclusive, type TimeRange } from '../time/timerange.ts'
import { boundedArray } from './bounded.ts'
import { ErrorBody } from './error.ts'
import { GetUrls, UncontrolledUrls } from './get-url.ts'
import { ObjectId } from './object-id.ts'
import { Tags } from './tags.ts'
import { TimeRangeText, TimestampText, timeRangeText, timestampText } from './time-text.ts'

/** More must be sent in several requests. */
export const MAX_SEGMENTS_PER_REQUEST = 5_000

const Samples = z.int().nonnegative()

/** A Flow Segment to be registered. @see TAMS flow-segment-post.json */
export const FlowSegmentPost = z
  .object({
    object_id: ObjectId.describe('The Media Object: newly uploaded, or one already in use.'),
    timerange: timeRangeText(refuseSegmentRange).describe(
      'Its place on the Flow’s timeline (presentation time): the start is included, the end is excluded ' +
        'where samples have a duration.',
    ),
    init_object_id: ObjectId.describe(
      'The init object a decoder needs first. Only with the object’s first use.',
    ).exactOptional(),
    ts_offset: timestampText()
      .describe('Time on the Flow’s timeline minus time in the object; 0:0 unless given.')
      .exactOptional(),
    object_timerange: timeRangeText(refuseObjectRange)
      .describe('All the object holds, on its own timeline: `timerange` minus `ts_offset` unless given.')
      .exactOptional(),
    last_duration: timestampText((duration) => (duration.seconds < 0 ? 'must not be negative' : undefined))
      .describe('From the last sample to the end of `timerange`.')
      .exactOptional(),
    sample_offset: Samples.meta({
      description: 'Samples of the object before the first one used; `object_timerange` says it better.',
      deprecated: true,
    }).exactOptional(),
    sample_count: Samples.meta({
      description: 'Samples used; `object_timerange` says it better.',
      deprecated: true,
    }).exactOptional(),
    get_urls: UncontrolledUrls.exactOptional(),
    key_frame_count: Samples.describe(
      'Key frames in the object at which decoding can begin.',
    ).exactOptional(),
  })
  .check(({ value, issues }) => {
    if (value.init_object_id !== value.object_id) return
    const message = 'must differ from object_id: an init object holds no media'
    issues.push({ code: 'custom', path: ['init_object_id'], message, input: value.init_object_id })
  })
  .meta({
    id: 'FlowSegmentPost',
    description: 'Puts a Media Object, or a part of one, on a Flow’s timeline.',
  })

export type FlowSegmentPost = z.infer<typeof FlowSegmentPost>

const Base64 = z.string().regex(/^[A-Za-z0-9+/]+=*$/)

/** A Flow Segment whose media comes with it, as a form. Not in TAMS. */
export const FlowSegmentForm = z
  .object({
    segment: z
      .object({
        ...FlowSegmentPost.shape,
        object_id: ObjectId.describe(
          'A new Media Object; the service makes an id unless given.',
        ).exactOptional(),
      })
      .describe('The Flow Segment, as JSON. All parts come before the file.'),
    'content-md5': Base64.describe(
      'The MD5 that the media is to have; refused with any other.',
    ).exactOptional(),
    'x-amz-checksum-sha256': Base64.describe('The SHA-256 that it is to have.').exactOptional(),
    file: z.string().meta({ format: 'binary', description: 'The media, in the Flow’s container.' }),
  })
  .meta({ id: 'FlowSegmentForm', description: 'A Flow Segment together with its media.' })

/** One Flow Segment, or a list of them. */
export const FlowSegmentsPost = z
  .union([FlowSegmentPost, boundedArray(FlowSegmentPost, MAX_SEGMENTS_PER_REQUEST)])
  .meta({ id: 'FlowSegmentsPost', description: 'One Flow Segment, or a list of them.' })

export type FlowSegmentsPost = z.infer<typeof FlowSegmentsPost>

const InitObject = z.object({
  object_id: ObjectId.describe('The init object. The same id is the same bytes.'),
  get_urls: GetUrls.exactOptional(),
})

/** A Flow Segment as readers see it. @see TAMS flow-segment.json */
export const FlowSegment = z
  .object({
    object_id: ObjectId.describe('The Media Object.'),
    timerange: TimeRangeText.describe('Its place on the Flow’s timeline, in presentation time.'),
    ts_offset: TimestampText.describe(
      'Time on the Flow’s timeline minus time in the object; 0:0 unless given.',
    ).exactOptional(),
    last_duration: TimestampText.describe('From the last sample to the end of `timerange`.').exactOptional(),
    object_timerange: TimeRangeText.describe(
      'All the object holds, on its own timeline; only where it was asked for.',
    ).exactOptional(),
    sample_offset: z.int().meta({ deprecated: true }).exactOptional(),
    sample_count: z.int().meta({ deprecated: true }).exactOptional(),
    key_frame_count: z.int().describe('Key frames in the object.').exactOptional(),
    get_urls: GetUrls.exactOptional(),
    init_object: InitObject.describe('What a decoder needs before the object (ADR 0045).').exactOptional(),
    tags: Tags.meta({
      description: 'Those of the Flow’s use of the object, if any.',
      'x-framelog-extension': true,
    }).exactOptional(),
  })
  .meta({ id: 'FlowSegment', description: 'A Media Object, or a part of one, on a Flow’s timeline.' })

export type FlowSegment = z.infer<typeof FlowSegment>

const FailedSegment = z.object({
  object_id: ObjectId,
  timerange: TimeRangeText.exactOptional(),
  error: ErrorBody.exactOptional(),
})

/** @see TAMS flow-segment-bulk-failure.json */
export const FailedSegments = z.object({ failed_segments: z.array(FailedSegment) }).meta({
  id: 'FailedSegments',
  description: 'The Flow Segments of a list that were refused; the others stand.',
})

export type FailedSegments = z.infer<typeof FailedSegments>

function refuseSegmentRange(range: TimeRange): string | undefined {
  if (range.kind === 'empty') return 'must not be empty'
  if (!startsInclusive(range)) return 'must have a start, and include it'
  return range.end === null ? 'must have an end' : undefined
}

function refuseObjectRange(range: TimeRange): string | undefined {
  if (range.kind === 'empty') return 'must not be empty'
  return range.start === null || range.end === null ? 'must have a start and an end' : undefined
}
