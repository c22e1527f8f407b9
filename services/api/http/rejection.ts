import type { FlowRejection } from '../../../domain/flow/flow.ts'
import type { ObjectRejection } from '../../../domain/media-object/media-object.ts'
import type { SourceRejection } from '../../../domain/source/source.ts'
import type { SegmentRejection } from '../../commands/register-segments.ts'
import { HttpRefusal } from './http-refusal.ts'

/** Every reason a command can be refused for. */
export type Rejection =
  | FlowRejection
  | SourceRejection
  | ObjectRejection
  | SegmentRejection
  | { readonly reason: 'flow_being_deleted' }

type Reason = Rejection['reason']
type Telling<R extends Reason> = {
  readonly status: number
  readonly summary: (rejection: Extract<Rejection, { reason: R }>) => string
}

/** A new reason has no status until someone gives it one: this would not compile. */
const tellings: { readonly [R in Reason]: Telling<R> } = {
  flow_not_found: { status: 404, summary: () => 'there is no such flow' },
  flow_read_only: { status: 403, summary: () => 'the flow is read-only' },
  flow_being_deleted: {
    status: 400,
    summary: () => 'a flow of this id is being deleted: try again when its segments are gone',
  },
  flow_container_missing: { status: 400, summary: () => 'the flow has no container, so it takes no media' },
  flow_format_fixed: {
    status: 400,
    summary: ({ format }) => `format: is ${format} for good; other media needs another flow`,
  },
  collected_flow_missing: {
    status: 400,
    summary: ({ flow_ids }) => `flow_collection: there is no flow ${flow_ids.slice(0, 5).join(', ')}`,
  },
  source_format_differs: {
    status: 400,
    summary: ({ source_id, format }) => `format: the source ${source_id} is ${format}`,
  },
  segment_overlaps: {
    status: 400,
    summary: ({ existing }) => `timerange: overlaps what the flow has at ${existing}`,
  },
  segments_moved: { status: 400, summary: () => 'the segments are no longer where they were' },
  label_of_storage_backend: {
    status: 400,
    summary: ({ label }) => `get_urls: the label ${label} is a storage backend's`,
  },
  object_exists: { status: 400, summary: (object) => `${nameOf(object)} is in use already` },
  object_still_referenced: { status: 400, summary: (object) => `${nameOf(object)} is still in use` },
  object_unknown: {
    status: 400,
    summary: (object) => `${nameOf(object)} was not allocated here, and has no get_urls to find it elsewhere`,
  },
  object_retired: { status: 400, summary: (object) => `${nameOf(object)} was deleted` },
  object_of_other_flow: {
    status: 400,
    summary: (object) => `${nameOf(object)} was allocated for another flow, which has to use it first`,
  },
  object_is_init: { status: 400, summary: (object) => `${nameOf(object)} is an init object, not media` },
  object_is_media: { status: 400, summary: (object) => `${nameOf(object)} is media, not an init object` },
  object_timerange_differs: fixed('object_timerange'),
  object_init_differs: fixed('init_object_id'),
  object_key_frame_count_differs: fixed('key_frame_count'),
  object_init_missing: {
    status: 400,
    summary: (object) => `${nameOf(object)} needs an init_object_id: the flow says init_segments`,
  },
  object_init_unexpected: {
    status: 400,
    summary: (object) => `${nameOf(object)} has an init object: the flow does not say init_segments`,
  },
  object_timerange_exceeded: {
    status: 400,
    summary: (object) => `timerange: reaches out of what ${nameOf(object)} holds`,
  },
  object_label_taken: {
    status: 400,
    summary: (object) => `get_urls: a label stands for another URL of ${nameOf(object)} already`,
  },
}

/** @returns what to tell a client whose command was refused */
export function refusalFor(rejection: Rejection): HttpRefusal {
  const telling = tellings[rejection.reason] as Telling<Reason>
  return new HttpRefusal(telling.status, rejection.reason, telling.summary(rejection))
}

function fixed(property: string) {
  return {
    status: 400,
    summary: (object: { readonly object_id: string }) =>
      `${property}: differs from what ${nameOf(object)} was registered with`,
  }
}

const nameOf = ({ object_id }: { readonly object_id: string }): string =>
  `the object ${object_id.slice(0, 200)}`
