import type { MediaFacts, ObjectEvent, ObjectRegistration } from '../../contracts/events/object-events.ts'
import { formatTimeRange, parseTimeRange, type TimeRange } from '../../contracts/time/timerange.ts'
import { covers, shiftRange } from '../../contracts/time/timerange-algebra.ts'
import { InvalidTime, negateTimestamp, type Timestamp } from '../../contracts/time/timestamp.ts'
import { accept, type Decision, reject } from '../decision.ts'
import { addedUrls } from './instances.ts'
import { isUnknown, type ObjectState, type RegisteredObject } from './object-state.ts'

/** One segment wants to use an object as its media. Times are parsed at the edge. */
export type ReferenceSegment = {
  readonly type: 'ReferenceSegment'
  readonly object_id: string
  readonly flow_id: string
  /** The segment's place on the flow's timeline. */
  readonly timerange: TimeRange
  /** Segment time minus object time; absent: zero. */
  readonly ts_offset?: Timestamp
  /** What the client says the whole object covers, on the object's own timeline. */
  readonly object_timerange?: TimeRange
  readonly init_object_id?: string
  readonly key_frame_count?: number
  /** Uncontrolled instances the client makes known; labels are unique among them. */
  readonly get_urls: readonly { readonly label: string; readonly url: string }[]
  /** Whether the flow's media needs init objects (ADR 0045). */
  readonly needsInit: boolean
  /** What is known of the object's bytes: its first use records it. */
  readonly media?: MediaFacts
}

export type ReferenceInit = {
  readonly type: 'ReferenceInit'
  readonly object_id: string
  /** Absent: for a media object that is registered ahead of its use. */
  readonly flow_id?: string
  readonly count: number
  /** What is known of the object's bytes: its first use records it. */
  readonly media?: MediaFacts
}

export type ReferenceRejection = {
  readonly reason:
    | 'object_unknown'
    | 'object_retired'
    | 'object_of_other_flow'
    | 'object_is_init'
    | 'object_is_media'
    | 'object_timerange_differs'
    | 'object_init_differs'
    | 'object_key_frame_count_differs'
    | 'object_init_missing'
    | 'object_init_unexpected'
    | 'object_timerange_exceeded'
    | 'object_label_taken'
    | 'object_urls_exceeded'
    | 'object_not_init'
  readonly object_id: string
}

type Answer = Decision<ObjectEvent, ReferenceRejection>

/** The first use of an object fixes what it is; later uses must agree. @see TAMS POST_flows-flowId-segments */
export function decideReference(command: ReferenceSegment | ReferenceInit, found: ObjectState): Answer {
  const { object_id } = command
  const state: ObjectState = isUnknown(found) ? { status: 'unknown' } : found
  const refuse = (reason: ReferenceRejection['reason']): Answer => reject({ reason, object_id })
  if (state.status === 'retired') return refuse('object_retired')
  if (command.type === 'ReferenceInit') return referenceInit(command, state)
  const { flow_id } = command
  if (command.init_object_id === object_id) return refuse('object_is_media')

  if (state.status === 'registered') return reuse(command, state)
  if (state.status === 'unknown' && command.get_urls.length === 0) return refuse('object_unknown')
  const allocatedFor = state.status === 'unregistered' ? state.allocated_for : undefined
  if (allocatedFor !== undefined && allocatedFor !== flow_id) return refuse('object_of_other_flow')

  const inObject = objectTime(command)
  const whole = command.object_timerange ?? inObject
  if (!inObject || !whole || !covers(whole, inObject)) return refuse('object_timerange_exceeded')
  if (command.needsInit && command.init_object_id === undefined) return refuse('object_init_missing')
  if (!command.needsInit && command.init_object_id !== undefined) return refuse('object_init_unexpected')
  const added = addedUrls(object_id, command.get_urls, state.status === 'unknown' ? {} : state.urls)
  if (!Array.isArray(added)) return refuse(added)
  return accept(...added, {
    type: 'ObjectReferenced',
    data: { object_id, flow_id, role: 'media', count: 1, registration: registrationOf(command, whole) },
  })
}

function referenceInit(command: ReferenceInit, state: ObjectState): Answer {
  const { object_id, flow_id, count } = command
  const refuse = (reason: ReferenceRejection['reason']): Answer => reject({ reason, object_id })
  if (flow_id === undefined && state.status !== 'registered') return refuse('object_not_init')
  if (state.status === 'unknown') return refuse('object_unknown')
  if (state.status === 'unregistered' && flow_id !== undefined) {
    const allocatedFor = state.allocated_for
    if (allocatedFor !== undefined && allocatedFor !== flow_id) return refuse('object_of_other_flow')
    const registration = command.media ? { media: command.media } : {}
    const data = { object_id, flow_id, role: 'init', count, registration } as const
    return accept({ type: 'ObjectReferenced', data })
  }
  if (state.status === 'registered' && state.role === 'media') return refuse('object_is_media')
  return accept({
    type: 'ObjectReferenced',
    data: {
      object_id,
      ...(flow_id !== undefined && { flow_id }),
      role: 'init',
      count,
      ...firstUse(state, flow_id),
    },
  })
}

/** Which Flow used an object first is known when one does, also of an object that was registered before. */
const firstUse = (state: ObjectState, flow_id: string | undefined) =>
  state.status === 'registered' && state.unused && flow_id !== undefined
    ? ({ is_first_use: true } as const)
    : undefined

function reuse(command: ReferenceSegment, state: RegisteredObject): Answer {
  const { object_id, flow_id } = command
  const refuse = (reason: ReferenceRejection['reason']): Answer => reject({ reason, object_id })
  const { registration } = state
  if (state.role === 'init') return refuse('object_is_init')
  if (registration.timerange === undefined) throw new Error('a registered media object has a timerange')
  const whole = parseTimeRange(registration.timerange)
  if (
    !agrees(command.object_timerange && formatTimeRange(command.object_timerange), registration.timerange)
  ) {
    return refuse('object_timerange_differs')
  }
  if (!agrees(command.init_object_id, registration.init_object_id)) return refuse('object_init_differs')
  if (!agrees(command.key_frame_count, registration.key_frame_count)) {
    return refuse('object_key_frame_count_differs')
  }
  if (command.needsInit && registration.init_object_id === undefined) return refuse('object_init_missing')
  if (!command.needsInit && registration.init_object_id !== undefined) return refuse('object_init_unexpected')
  const inObject = objectTime(command)
  if (!inObject || !covers(whole, inObject)) return refuse('object_timerange_exceeded')
  const added = addedUrls(object_id, command.get_urls, state.urls)
  if (!Array.isArray(added)) return refuse(added)
  return accept(...added, {
    type: 'ObjectReferenced',
    data: { object_id, flow_id, role: 'media', count: 1, ...firstUse(state, flow_id) },
  })
}

/** A property left out agrees with whatever the object has. */
const agrees = <T>(given: T | undefined, fixed: T | undefined): boolean =>
  given === undefined || given === fixed

/** The part of the object a segment uses, on the object's own timeline; undefined where no time is that far. */
function objectTime({ timerange, ts_offset }: ReferenceSegment): TimeRange | undefined {
  if (!ts_offset) return timerange
  try {
    return shiftRange(timerange, negateTimestamp(ts_offset))
  } catch (error) {
    if (error instanceof InvalidTime) return undefined
    throw error
  }
}

function registrationOf(command: ReferenceSegment, whole: TimeRange): ObjectRegistration {
  const { init_object_id, key_frame_count, media } = command
  return {
    timerange: formatTimeRange(whole),
    ...(init_object_id !== undefined && { init_object_id }),
    ...(key_frame_count !== undefined && { key_frame_count }),
    ...(media && { media }),
  }
}
