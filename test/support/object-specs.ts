import type { ObjectEvent, ObjectRegistration, ObjectRole } from '../../contracts/events/object-events.ts'
import { parseTimeRange } from '../../contracts/time/timerange.ts'
import { parseTimestamp } from '../../contracts/time/timestamp.ts'
import { decideObject, objectAggregate } from '../../domain/media-object/media-object.ts'
import type { ReferenceSegment } from '../../domain/media-object/reference.ts'
import { specFor } from './spec-for.ts'

// The words that specs of Media Objects are written in: one object, `clip`, and the flow `hd` unless said.

export const given = specFor({ decide: decideObject, aggregate: objectAggregate })

export const object_id = 'clip'
const allocation = { flow_id: 'hd', storage_id: 'disk', key: '2026/11/21/k' }

export const allocate = {
  type: 'AllocateObject',
  object_id,
  content_type: 'video/mp4',
  ...allocation,
} as const

export const allocated: ObjectEvent = {
  type: 'ObjectAllocated',
  data: { object_id, content_type: 'video/mp4', ...allocation },
}

export const retired: ObjectEvent = { type: 'ObjectRetired', data: { object_id } }
export const purged: ObjectEvent = { type: 'ObjectPurged', data: { object_id } }

type SegmentWords = {
  readonly flow_id?: string
  readonly ts_offset?: string
  readonly object_timerange?: string
  readonly init_object_id?: string
  readonly key_frame_count?: number
  readonly needsInit?: boolean
  readonly urls?: Readonly<Record<string, string>>
}

/** A segment at `timerange` wants to use the object. */
export function use(timerange: string, words: SegmentWords = {}): ReferenceSegment {
  const { flow_id = 'hd', ts_offset, object_timerange, needsInit = false, urls = {}, ...fixed } = words
  return {
    type: 'ReferenceSegment',
    object_id,
    flow_id,
    timerange: parseTimeRange(timerange),
    needsInit,
    get_urls: Object.entries(urls).map(([label, url]) => ({ label, url })),
    ...(ts_offset !== undefined && { ts_offset: parseTimestamp(ts_offset) }),
    ...(object_timerange !== undefined && { object_timerange: parseTimeRange(object_timerange) }),
    ...fixed,
  }
}

export const useAsInit = (flow_id = 'hd', count = 1) =>
  ({ type: 'ReferenceInit', object_id, flow_id, count }) as const

/** The object's first use, which says what it is. */
export const registered = (
  registration: ObjectRegistration,
  role: ObjectRole = 'media',
  flow_id = 'hd',
): ObjectEvent => ({
  type: 'ObjectReferenced',
  data: { object_id, flow_id, role, count: 1, registration },
})

export const registeredInit = registered({}, 'init')

export const referenced = (flow_id = 'hd', count = 1, role: ObjectRole = 'media'): ObjectEvent => ({
  type: 'ObjectReferenced',
  data: { object_id, flow_id, role, count },
})

export const dereferenced = (count = 1, flow_id = 'hd'): ObjectEvent => ({
  type: 'ObjectDereferenced',
  data: { object_id, flow_id, count },
})

export const urlAdded = (label: string, url: string): ObjectEvent => ({
  type: 'InstanceAdded',
  data: { object_id, label, url },
})

/** The object is kept elsewhere, and registered ahead of its use. */
export const made = (
  registration: ObjectRegistration = { timerange: '[0:0_10:0)' },
  role: ObjectRole = 'media',
): ObjectEvent => ({ type: 'ObjectRegistered', data: { object_id, role, registration } })

/** The copy these specs speak of: in the backend `shelf`. */
export const copy = { object_id, storage_id: 'shelf', key: '2026/11/21/copy' } as const
export const requested: ObjectEvent = { type: 'InstanceRequested', data: copy }
export const stored: ObjectEvent = { type: 'InstanceStored', data: copy }
/** The bytes that were set aside for it are gone, and others are not. */
export const firstPurged: ObjectEvent = {
  type: 'InstancePurged',
  data: { object_id, storage_id: 'disk', key: '2026/11/21/k' },
}
export const copyPurged: ObjectEvent = { type: 'InstancePurged', data: copy }
export const failed = {
  type: 'InstanceFailed',
  data: { ...copy, error: { type: 'source_missing', summary: 'nowhere' } },
} as const satisfies ObjectEvent
export const copyRemoved: ObjectEvent = { type: 'InstanceRemoved', data: copy }
export const urlRemoved = (label: string): ObjectEvent => ({
  type: 'InstanceRemoved',
  data: { object_id, label },
})
