import { isDeepStrictEqual } from 'node:util'
import type { FlowEvent } from '../../../contracts/events/flow-events.ts'
import type { RecordedEvent } from '../../../contracts/events/recorded-event.ts'
import type { FlowMetadata } from '../../../contracts/resources/flow.ts'
import { isOpen } from './deletion-rules.ts'
import { type Broken, type LogModel, type ModelFlow, type Rules, restamp, stamp } from './model.ts'

export const flowRules: Rules<FlowEvent['type']> = {
  FlowCreated: (model, event, broken) => {
    const { id } = event.data.flow
    if (model.flows.has(id)) broken('it was there already')
    if ((model.timelines.get(id) ?? []).length > 0) broken('it inherits segments')
    put(model, event, { ...stamp(event), segments_updated_ms: null }, broken)
  },
  FlowUpdated: (model, event, broken) => {
    const { flow } = event.data
    const before = model.flows.get(flow.id)
    if (!before) broken('there was none')
    else if (before.flow.format !== flow.format) broken('its format changes')
    put(
      model,
      event,
      { ...(before ?? { ...stamp(event), segments_updated_ms: null }), ...restamp(event) },
      broken,
    )
  },
  FlowDeleted: (model, { data: { flow_id, deletion_id } }, broken) => {
    const flow = model.flows.get(flow_id)
    if (!flow) broken('there was none')
    else model.deletedFlows.set(flow_id, { ...flow, deletion_id })
    model.flows.delete(flow_id)
    const deletion = deletion_id === undefined ? undefined : model.deletions.get(deletion_id)
    if (deletion_id !== undefined && !(deletion?.order.delete_flow && isOpen(deletion))) {
      broken('its deletion was not asked for, or is over')
    }
    for (const flow of model.flows.values()) flow.members = flow.members.filter(({ id }) => id !== flow_id)
  },
  FlowRestored: (model, { data }, broken) => {
    const { id, source_id, format } = data.flow
    const before = model.deletedFlows.get(id)
    if (model.flows.has(id)) broken('it is there')
    if (!before) return broken('there was none')
    const deletion = model.deletions.get(before.deletion_id ?? '')
    if (deletion?.status !== 'created') broken('its deletion has begun, or was none')
    const source = model.sources.get(source_id)
    if (!source?.flowIds.has(id)) broken('its source does not know it')
    if (source?.source.format !== format) broken('its format is not its source’s')
    const { deletion_id: _, ...flow } = before
    if (!isDeepStrictEqual(flow.flow, data.flow)) broken('it is not what it was')
    model.flows.set(id, flow)
    for (const collector of model.flows.values()) collector.members = membersNow(model, collector)
  },
}

/** The members a flow was said to have that were there then and are again, or still. */
const membersNow = ({ flows }: LogModel, { flow, said }: ModelFlow): ModelFlow['members'] =>
  (flow.flow_collection ?? []).filter(({ id }) => (flows.get(id)?.key ?? Number.POSITIVE_INFINITY) <= said)

function put(
  model: LogModel,
  event: Extract<RecordedEvent, { type: 'FlowCreated' | 'FlowUpdated' }>,
  kept: Omit<ModelFlow, 'flow' | 'members' | 'metadata_version' | 'said'>,
  broken: Broken,
): void {
  const { flow } = event.data
  const source = model.sources.get(flow.source_id)
  if (!source) broken(`the source ${flow.source_id} is not there`)
  else if (!source.flowIds.has(flow.id)) broken('its source does not know it')
  else if (source.source.format !== flow.format) broken('its format is not its source’s')
  if (flow.profile_id !== undefined) checkProfile(model, flow, broken)
  const members = flow.flow_collection ?? []
  for (const { id } of members)
    if (id !== flow.id && !model.flows.has(id)) broken(`the member ${id} is not there`)
  for (const { id } of members) {
    model.collectors.set(id, (model.collectors.get(id) ?? new Set()).add(flow.id))
  }
  const { created_by = kept.created_by, updated_by = kept.updated_by } = flow
  model.flows.set(flow.id, {
    ...kept,
    created_by,
    updated_by,
    flow,
    members,
    metadata_version: flow.metadata_version ?? event.id,
    said: event.position,
  })
}

const TECHNICAL = [
  'format',
  'codec',
  'container',
  'avg_bit_rate',
  'segment_duration',
  'container_mapping',
  'essence_parameters',
]

/** A flow of a profile is what the profile says, no more and no less. */
function checkProfile({ profiles }: LogModel, flow: FlowMetadata, broken: Broken): void {
  const profile = profiles.get(flow.profile_id ?? '')?.profile
  if (!profile) broken(`the profile ${flow.profile_id} is not there`)
  const technical = Object.fromEntries(Object.entries(flow).filter(([name]) => TECHNICAL.includes(name)))
  if (!isDeepStrictEqual(technical, profile?.flow_metadata)) broken('it is not what its profile says')
}
