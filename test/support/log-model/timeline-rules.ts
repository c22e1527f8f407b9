import type { TimelineEvent } from '../../../contracts/events/timeline-events.ts'
import { type Instants, instantsOf } from '../instants.ts'
import type { Broken, LogModel, ModelSegment, Rules } from './model.ts'

export const timelineRules: Rules<TimelineEvent['type']> = {
  SegmentsAdded: (model, { timeMs, position, data }, broken) => {
    const flow = model.flows.get(data.flow_id)
    if (!flow) broken('its flow is not there')
    else if (flow.flow.container === undefined) broken('its flow takes no media')
    if (flow) flow.segments_updated_ms = timeMs
    const segments = model.timelines.get(data.flow_id) ?? []
    model.timelines.set(data.flow_id, segments)
    for (const segment of data.segments) {
      checkObject(model, segment.object_id, broken)
      insert(segments, { ...segment, ...instantsOf(segment.timerange), position }, broken)
    }
  },
  SegmentsDeleted: (model, { timeMs, position, data }, broken) => {
    const flow = model.flows.get(data.flow_id) ?? model.deletedFlows.get(data.flow_id)
    if (flow) flow.segments_updated_ms = timeMs
    const segments = model.timelines.get(data.flow_id) ?? []
    const extent = instantsOf(data.timerange)
    const goes = (segment: ModelSegment) =>
      isWithin(segment, extent) && (data.object_id ?? segment.object_id) === segment.object_id
    const gone = segments.filter(goes)
    const left = segments.filter((segment) => !goes(segment))
    const told = data.ranges.map(instantsOf)
    if (gone[0]?.first !== extent.first || gone.at(-1)?.last !== extent.last) broken('not its extent')
    if (!gone.every((segment) => told.some((range) => isWithin(segment, range)))) broken('one goes untold')
    if (length(told) !== length(gone)) broken('more is said to go than does')
    model.timelines.set(data.flow_id, left)
    const tags = model.segmentTags.get(data.flow_id)
    for (const id of tags?.keys() ?? []) {
      if (!left.some(({ object_id }) => object_id === id)) tags?.delete(id)
    }
    const removed = model.removed.get(data.flow_id) ?? []
    model.removed.set(data.flow_id, [...removed, ...gone.map((one) => ({ ...one, removed: position }))])
  },
  SegmentTagSet: (model, { timeMs, data: { flow_id, object_id, name, value } }, broken) => {
    const flow = model.flows.get(flow_id)
    if (!flow) broken('its flow is not there')
    else flow.segments_updated_ms = timeMs
    const segments = model.timelines.get(flow_id) ?? []
    if (!segments.some((segment) => segment.object_id === object_id)) broken('no segment has the tag')
    const ofFlow = model.segmentTags.get(flow_id) ?? new Map()
    model.segmentTags.set(flow_id, ofFlow)
    ofFlow.set(object_id, (ofFlow.get(object_id) ?? new Map()).set(name, value))
  },
  SegmentTagRemoved: (model, { timeMs, data: { flow_id, object_id, name } }, broken) => {
    const flow = model.flows.get(flow_id)
    if (flow) flow.segments_updated_ms = timeMs
    if (!model.segmentTags.get(flow_id)?.get(object_id)?.delete(name)) broken('there was no such tag')
  },
}

function checkObject({ objects }: LogModel, object_id: string, broken: Broken): void {
  const object = objects.get(object_id)
  if (object?.role !== 'media' || object.retired) broken(`${object_id} is not there to be used`)
}

/** Media mostly arrives in order, so the place is looked for from the end. */
function insert(segments: ModelSegment[], segment: ModelSegment, broken: Broken): void {
  let place = segments.length
  while (place > 0 && segments[place - 1]!.first > segment.first) place--
  const neighbours = segments.slice(Math.max(0, place - 1), place + 1)
  const clash = neighbours.find(({ first, last }) => first <= segment.last && segment.first <= last)
  if (clash) broken(`${segment.timerange} overlaps ${clash.timerange}`)
  segments.splice(place, 0, segment)
}

const isWithin = (inner: Instants, outer: Instants): boolean =>
  inner.first >= outer.first && inner.last <= outer.last

/** In nanoseconds, both ends counted. */
const length = (ranges: readonly Instants[]): bigint =>
  ranges.reduce((sum, { first, last }) => sum + last - first + 1n, 0n)
