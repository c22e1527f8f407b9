import type { TimelineRejection } from '../../../domain/timeline/timeline.ts'
import type { LabelRejection } from '../../commands/refuse-labels.ts'
import type { Tellings } from '../http/telling.ts'

export const segmentTellings: Tellings<TimelineRejection | LabelRejection> = {
  segment_overlaps: {
    status: 400,
    summary: ({ existing }) => `timerange: overlaps what the flow has at ${existing}`,
  },
  segments_moved: { status: 400, summary: () => 'the segments are no longer where they were' },
  label_of_storage_backend: {
    status: 400,
    summary: ({ label }) => `the label ${label.slice(0, 200)} is a storage backend's`,
  },
}
