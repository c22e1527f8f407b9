import { z } from 'zod'
import { TimestampText } from '../time-text.ts'
import { Count, Duration, Ratio, valueOfDimension } from './view-fields.ts'

const Instant = TimestampText.nullable()
const Length = Duration.nullable()

/** Not in TAMS. */
export const TimeRangeAnalysis = z
  .object({
    ...valueOfDimension('total', 'duration_up_to', 'flow_id'),
    segments: Count,
    duration: Length.describe('Of all Flow Segments together, which is what they cover.'),
    shortest: Length,
    mean: Length.describe('Rounded down.'),
    longest: Length,
    first: Instant.describe('Where the first Flow Segment begins.'),
    last: Instant.describe('Where the last one ends.'),
    span: Length.describe('From `first` to `last`; of several Flows, theirs together.'),
    gaps: Count.nullable().describe('Stretches between Flow Segments that none covers.'),
    gap_duration: Length.describe('Of all gaps together.'),
    coverage: Ratio.nullable().describe('Of the span, the part that is covered; rounded down.'),
  })
  .meta({ id: 'TimeRangeAnalysis', description: 'Flow Segments on timelines.' })

export type TimeRangeAnalysis = z.infer<typeof TimeRangeAnalysis>
