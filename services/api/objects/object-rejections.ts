import { MAX_URLS } from '../../../domain/media-object/instances.ts'
import type { ObjectRejection } from '../../../domain/media-object/media-object.ts'
import { accessTellings } from '../access/access-rejections.ts'
import type { Tellings } from '../http/telling.ts'

type Named = { readonly object_id: string }

export const objectTellings: Tellings<ObjectRejection> = {
  object_exists: { status: 400, summary: (object) => `${nameOf(object)} is in use already` },
  object_known: { status: 409, summary: (object) => `${nameOf(object)} is in use already` },
  object_not_found: {
    status: 404,
    summary: () => 'there is no such object, or no segment has used it yet',
  },
  object_still_referenced: { status: 409, summary: (object) => `${nameOf(object)} is still in use` },
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
    summary: (object) => `the label stands for another URL of ${nameOf(object)} already`,
  },
  object_urls_exceeded: {
    status: 400,
    summary: (object) => `${nameOf(object)} cannot have more than ${MAX_URLS} URLs`,
  },
  object_not_init: {
    status: 400,
    summary: (object) => `init_object_id: ${nameOf(object)} is not known as an init object`,
  },
  instance_exists: {
    status: 400,
    summary: (object) => `storage_id: ${nameOf(object)} is there already, or on its way there`,
  },
  instances_unpurged: {
    status: 400,
    summary: (object) =>
      `storage_id: too many copies of ${nameOf(object)} were removed from there, and have not gone yet`,
  },
  instance_unknown: { status: 400, summary: (object) => `${nameOf(object)} has no such instance` },
  object_not_readable: {
    status: 403,
    summary: (object) => `${nameOf(object)} is in use already, and may not be read by you`,
  },
  ...accessTellings,
  instance_is_last: {
    status: 400,
    summary: (object) => `${nameOf(object)} has no other instance: delete what uses it, or the object`,
  },
}

function fixed(property: string) {
  return {
    status: 400,
    summary: (object: Named) => `${property}: differs from what ${nameOf(object)} was registered with`,
  }
}

const nameOf = ({ object_id }: Named): string => `the object ${object_id.slice(0, 200)}`
