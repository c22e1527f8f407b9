import type { SourceEvent, SourceMetadata } from '../../contracts/events/source-events.ts'
import type { ContentFormat } from '../../contracts/resources/content-format.ts'
import { type Aggregate, accept, type Decision, reject } from '../decision.ts'

export type SourceState =
  | { readonly status: 'absent' }
  | { readonly status: 'live'; readonly source: SourceMetadata; readonly flowIds: readonly string[] }

export type SourceCommand =
  /** A Flow represents this Source: `described` is what the Source becomes, should it not exist yet. */
  | { readonly type: 'AttachFlow'; readonly flow_id: string; readonly described: SourceMetadata }
  | { readonly type: 'DetachFlow'; readonly flow_id: string }

export type SourceRejection = {
  readonly reason: 'source_format_differs'
  readonly source_id: string
  readonly format: ContentFormat
}

/**
 * A Source appears with its first Flow, taking that Flow's label, description and tags, and goes with its
 * last. All its Flows have its format.
 * @see TAMS PUT_flows-flowId; ADR 0018; AppNote 0007
 */
export function decideSource(
  command: SourceCommand,
  state: SourceState,
): Decision<SourceEvent, SourceRejection> {
  switch (command.type) {
    case 'AttachFlow':
      return attach(command.flow_id, command.described, state)
    case 'DetachFlow':
      return detach(command.flow_id, state)
  }
}

export const sourceAggregate: Aggregate<SourceState, SourceEvent> = {
  initial: { status: 'absent' },
  evolve: evolveSource,
}

function attach(
  flow_id: string,
  described: SourceMetadata,
  state: SourceState,
): Decision<SourceEvent, SourceRejection> {
  const attached: SourceEvent = { type: 'FlowAttached', data: { source_id: described.id, flow_id } }
  if (state.status === 'absent') {
    return accept<SourceEvent>({ type: 'SourceCreated', data: { source: described } }, attached)
  }
  if (state.source.format !== described.format) {
    return reject({ reason: 'source_format_differs', source_id: described.id, format: state.source.format })
  }
  return state.flowIds.includes(flow_id) ? accept() : accept(attached)
}

function detach(flow_id: string, state: SourceState): Decision<SourceEvent, never> {
  if (state.status === 'absent' || !state.flowIds.includes(flow_id)) return accept()
  const source_id = state.source.id
  const detached: SourceEvent = { type: 'FlowDetached', data: { source_id, flow_id } }
  if (state.flowIds.length > 1) return accept(detached)
  return accept<SourceEvent>(detached, { type: 'SourceDeleted', data: { source_id } })
}

function evolveSource(state: SourceState, event: SourceEvent): SourceState {
  if (event.type === 'SourceCreated') return { status: 'live', source: event.data.source, flowIds: [] }
  if (event.type === 'SourceDeleted') return { status: 'absent' }
  if (state.status === 'absent') throw new Error(`${event.type} before SourceCreated: the stream is corrupt`)
  switch (event.type) {
    case 'SourceUpdated':
      return { ...state, source: event.data.source }
    case 'FlowAttached':
      return { ...state, flowIds: [...state.flowIds, event.data.flow_id] }
    case 'FlowDetached':
      return { ...state, flowIds: state.flowIds.filter((id) => id !== event.data.flow_id) }
  }
}
