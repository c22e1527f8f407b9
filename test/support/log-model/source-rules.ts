import { isDeepStrictEqual } from 'node:util'
import type { SourceEvent } from '../../../contracts/events/source-events.ts'
import { type LogModel, type ModelSource, type Rules, restamp, stamp } from './model.ts'

export const sourceRules: Rules<SourceEvent['type']> = {
  SourceCreated: (model, event, broken) => {
    const { source, kept = false } = event.data
    if (model.sources.has(source.id)) broken('it was there already')
    const { created_by, updated_by, ...times } = stamp(event)
    model.sources.set(source.id, {
      source,
      isKept: kept,
      flowIds: new Set(),
      ...times,
      created_by: source.created_by ?? created_by,
      updated_by: source.updated_by ?? updated_by,
    })
  },
  SourceUpdated: (model, event, broken) => {
    const { source } = event.data
    const before = sourceOf(model, source.id)
    if (before.source.format !== source.format) broken('its format changes')
    const { created_by = before.created_by, updated_by = event.actor } = source
    Object.assign(before, { source, ...restamp(event), created_by, updated_by })
  },
  SourceDeleted: (model, { data: { source_id } }, broken) => {
    const orphans = [...model.flows.values()].filter(({ flow }) => flow.source_id === source_id)
    if (orphans.length > 0) broken(`${orphans.length} flows lose their source`)
    const source = model.sources.get(source_id)
    if (!source) return broken('there was none')
    model.deletedSources.set(source_id, [...(model.deletedSources.get(source_id) ?? []), source])
    model.sources.delete(source_id)
  },
  SourceRestored: (model, { data }, broken) => {
    const { id, format } = data.source
    if (model.sources.has(id)) broken('it is there')
    const before = model.deletedSources.get(id)?.findLast(({ source }) => source.format === format)
    if (!before) return broken('there was none of its format')
    if (!isDeepStrictEqual(before.source, data.source)) broken('it is not what it was')
    model.sources.set(id, { ...before, flowIds: new Set() })
  },
  FlowAttached: (model, { data }) => {
    sourceOf(model, data.source_id).flowIds.add(data.flow_id)
  },
  FlowDetached: (model, { data }, broken) => {
    if (!sourceOf(model, data.source_id).flowIds.delete(data.flow_id)) broken('it was not attached')
  },
}

function sourceOf(model: LogModel, id: string): ModelSource {
  const source = model.sources.get(id)
  if (!source) throw new Error(`an event of the source ${id}, which is not there`)
  return source
}
