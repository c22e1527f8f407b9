import type { FailedSegments } from '../../../contracts/resources/flow-segment.ts'
import type { FailedSegment } from '../../commands/register-segments.ts'
import { errorBody } from '../http/error-answer.ts'
import { refusalFor } from '../http/rejection.ts'

/** How one segment of a list is told to have been refused. @see TAMS flow-segment-bulk-failure.json */
export function failedSegment(
  { object_id, timerange, rejection }: FailedSegment,
  nowMs: number,
): FailedSegments['failed_segments'][number] {
  const { type, message } = refusalFor(rejection)
  return { object_id, timerange, error: errorBody(type, message, nowMs) }
}
