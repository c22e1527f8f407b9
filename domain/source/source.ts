import type { SourceEvent, SourceMetadata, SourceRestored } from '../../contracts/events/source-events.ts'
import type { ContentFormat } from '../../contracts/resources/content-format.ts'
import type { AccessRejection } from '../access/access.ts'
import { type Aggregate, accept, type Decision, reject } from '../decision.ts'
import { sameJson } from '../flow/same-json.ts'
import { refuseTags, type TagsRejection } from '../tags/set-tag.ts'
import { changedSource, type SourceChange } from './source-change.ts'

export type SourceState =
  | { readonly status: 'absent' }
  | {
      readonly status: 'live'
      readonly source: SourceMetadata
      /** Whether it stays when its last Flow goes. */
      readonly isKept: boolean
      readonly flowIds: readonly string[]
    }

export type SourceCommand =
  /** A Flow represents this Source: `described` is what the Source becomes, should it not exist yet. */
  | { readonly type: 'AttachFlow'; readonly flow_id: string; readonly described: SourceMetadata }
  /** A Flow of it is back: `was` is what the Source was, should it have gone meanwhile. */
  | { readonly type: 'ReattachFlow'; readonly flow_id: string; readonly was: SourceRestored['data'] }
  | { readonly type: 'DetachFlow'; readonly flow_id: string }
  | { readonly type: 'CreateSource'; readonly source: SourceMetadata }
  | { readonly type: 'PutSource'; readonly source: SourceMetadata }
  | { readonly type: 'ChangeSource'; readonly change: SourceChange }
  | { readonly type: 'DeleteSource' }

export type SourceRejection =
  | {
      readonly reason: 'source_format_differs'
      readonly source_id: string
      readonly format: ContentFormat
    }
  | { readonly reason: 'source_not_found' }
  | { readonly reason: 'source_exists' }
  | { readonly reason: 'source_has_flows'; readonly flow_ids: readonly string[] }
  | { readonly reason: 'source_tag_not_found' }
  | TagsRejection
  | AccessRejection

/**
 * A Source appears with its first Flow, taking that Flow's label, description and tags, and goes with its
 * last; or it is made and deleted for its own sake. All its Flows have its format.
 * @see TAMS PUT_flows-flowId; ADR 0018; AppNote 0007
 */
export function decideSource(
  command: SourceCommand,
  state: SourceState,
): Decision<SourceEvent, SourceRejection> {
  switch (command.type) {
    case 'AttachFlow':
      return attach(command.flow_id, { type: 'SourceCreated', data: { source: command.described } }, state)
    case 'ReattachFlow':
      return attach(command.flow_id, { type: 'SourceRestored', data: command.was }, state)
    case 'DetachFlow':
      return detach(command.flow_id, state)
    case 'CreateSource':
      return state.status === 'live' ? reject({ reason: 'source_exists' }) : create(command.source)
    case 'PutSource':
      return state.status === 'live' ? replace(command.source, state) : create(command.source)
    case 'ChangeSource':
      return state.status === 'live' ? change(command.change, state) : reject({ reason: 'source_not_found' })
    case 'DeleteSource':
      return state.status === 'live' ? remove(state) : reject({ reason: 'source_not_found' })
  }
}

export const sourceAggregate: Aggregate<SourceState, SourceEvent> = {
  initial: { status: 'absent' },
  evolve: evolveSource,
}

type LiveSource = Extract<SourceState, { status: 'live' }>

/** @param beginning how the source comes to be where it is not there */
function attach(
  flow_id: string,
  beginning: Extract<SourceEvent, { data: { source: SourceMetadata } }>,
  state: SourceState,
): Decision<SourceEvent, SourceRejection> {
  const { id: source_id, format } = beginning.data.source
  const attached: SourceEvent = { type: 'FlowAttached', data: { source_id, flow_id } }
  if (state.status === 'absent') return accept<SourceEvent>(beginning, attached)
  if (state.source.format !== format) {
    return reject({ reason: 'source_format_differs', source_id, format: state.source.format })
  }
  return state.flowIds.includes(flow_id) ? accept() : accept(attached)
}

function detach(flow_id: string, state: SourceState): Decision<SourceEvent, never> {
  if (state.status === 'absent' || !state.flowIds.includes(flow_id)) return accept()
  const source_id = state.source.id
  const detached: SourceEvent = { type: 'FlowDetached', data: { source_id, flow_id } }
  if (state.flowIds.length > 1 || state.isKept) return accept(detached)
  return accept<SourceEvent>(detached, { type: 'SourceDeleted', data: { source_id } })
}

const create = (source: SourceMetadata): Decision<SourceEvent, never> =>
  accept({ type: 'SourceCreated', data: { source, kept: true } })

function replace(source: SourceMetadata, state: LiveSource): Decision<SourceEvent, SourceRejection> {
  const { id, format } = state.source
  if (source.format !== format) return reject({ reason: 'source_format_differs', source_id: id, format })
  return sameJson(source, state.source) ? accept() : accept({ type: 'SourceUpdated', data: { source } })
}

/** Whoever changes a source does not have its last author say so: the event does. */
function change(
  change: SourceChange,
  { source: before }: LiveSource,
): Decision<SourceEvent, SourceRejection> {
  if (change.property === 'tags') {
    const isThere = Object.hasOwn(before.tags ?? {}, change.name)
    if (change.value === undefined && !isThere) return reject({ reason: 'source_tag_not_found' })
  }
  const after = changedSource(before, change)
  const refusal = change.property === 'tags' ? refuseTags(after.tags) : undefined
  if (refusal) return reject(refusal)
  if (sameJson(after, before)) return accept()
  const { updated_by: _, ...source } = after
  return accept({ type: 'SourceUpdated', data: { source } })
}

function remove({ source, flowIds }: LiveSource): Decision<SourceEvent, SourceRejection> {
  if (flowIds.length > 0) return reject({ reason: 'source_has_flows', flow_ids: flowIds })
  return accept({ type: 'SourceDeleted', data: { source_id: source.id } })
}

function evolveSource(state: SourceState, event: SourceEvent): SourceState {
  if (event.type === 'SourceCreated' || event.type === 'SourceRestored') {
    const { source, kept = false } = event.data
    return { status: 'live', source, isKept: kept, flowIds: [] }
  }
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
