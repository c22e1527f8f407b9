import type { DomainEventType } from '../../../contracts/events/domain-event.ts'
import type {
  ObjectAllocated,
  ObjectRegistration,
  ObjectRole,
} from '../../../contracts/events/object-events.ts'
import type { RecordedEvent } from '../../../contracts/events/recorded-event.ts'
import type { SourceMetadata } from '../../../contracts/events/source-events.ts'
import type { SegmentRecord } from '../../../contracts/events/timeline-events.ts'
import type { FlowMetadata } from '../../../contracts/resources/flow.ts'
import type { FlowCollection } from '../../../contracts/resources/flow-collection.ts'
import type { Instants } from '../instants.ts'

// What a log says, told a second time in the plainest way, with a list of what must never be so. It shares
// nothing with the deciders and the catalog but the events, so that it can judge both.

export type Stamped = {
  /** The position of the event that made it. */
  key: number
  created_ms: number
  created_by: string | null
  updated_ms: number
  updated_by: string | null
}

export type ModelSource = Stamped & { source: SourceMetadata; readonly flowIds: Set<string> }

export type ModelFlow = Stamped & {
  flow: FlowMetadata
  /** The collection, without members that were deleted. */
  members: FlowCollection
  metadata_version: string
  segments_updated_ms: number | null
}

export type ModelSegment = SegmentRecord & Instants

export type ModelObject = {
  readonly allocation?: ObjectAllocated['data']
  readonly urls: Map<string, string>
  role?: ObjectRole
  registration?: ObjectRegistration
  first_flow_id?: string
  references: number
  retired: boolean
}

export type LogModel = {
  service: { name: string; description: string }
  readonly sources: Map<string, ModelSource>
  readonly flows: Map<string, ModelFlow>
  /** Segments by flow id, in time order. */
  readonly timelines: Map<string, ModelSegment[]>
  readonly objects: Map<string, ModelObject>
  /** By stream, the last revision. */
  readonly revisions: Map<string, number>
  /** What no log may hold, in words. */
  readonly violations: string[]
}

/** Says what an event breaks. */
export type Broken = (what: string) => void

export type Rules<T extends DomainEventType> = {
  readonly [K in T]: (model: LogModel, event: Extract<RecordedEvent, { type: K }>, broken: Broken) => void
}

export const stamp = (event: RecordedEvent): Stamped => ({
  key: event.position,
  created_ms: event.timeMs,
  created_by: event.actor,
  ...restamp(event),
})

export const restamp = ({ timeMs, actor }: RecordedEvent) => ({ updated_ms: timeMs, updated_by: actor })
