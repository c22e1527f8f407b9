import type { TimelineRejection } from '../../../domain/timeline/timeline.ts'
import type { LabelRejection } from '../../commands/refuse-labels.ts'
import type { Tellings } from '../http/telling.ts'

export const segmentTellings: Tellings<TimelineRejection | LabelRejection> = {
  segment_overlaps: {
    status: 400,
    summary: ({ existing }) => `timerange: overlaps what the flow has at ${existing}`,
  },
  segments_moved: { status: 400, summary: () => 'the segments are no longer where they were' },
  segment_unknown: {
    status: 404,
    summary: ({ object_id }) => `the flow has no segment of the object ${object_id.slice(0, 200)}`,
  },
  segment_tag_unknown: {
    status: 404,
    summary: ({ name }) => `there is no tag ${name.slice(0, 200)}`,
  },
  segment_tags_exceeded: {
    status: 400,
    summary: () => 'the tags are too many, or too long in all',
  },
  label_of_storage_backend: {
    status: 400,
    summary: ({ label }) => `the label ${label.slice(0, 200)} is a storage backend's`,
  },
}
