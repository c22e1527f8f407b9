import type { SourceEvent, SourceMetadata } from '../../../contracts/events/source-events.ts'
import { createdBy, type Projection, put, restoredTo, sortLabel, updatedBy } from './projection.ts'

export const sourceProjection: Projection<SourceEvent['type']> = {
  SourceCreated: (event) => [
    put('sources', event.data.source.id, { ...createdBy(event), ...sourceColumns(event.data.source) }),
  ],
  SourceUpdated: (event) => [
    put('sources', event.data.source.id, { ...updatedBy(event), ...sourceColumns(event.data.source) }),
  ],
  SourceRestored: ({ data }) => [
    put('sources', data.source.id, { ...sourceColumns(data.source), ...restoredTo(data) }),
  ],
  SourceDeleted: ({ data }) => [{ op: 'remove', table: 'sources', id: data.source_id }],
  FlowAttached: () => [],
  FlowDetached: () => [],
}

/** Who a client says made or changed the source goes before who sent the command. */
function sourceColumns({ created_by, updated_by, ...document }: SourceMetadata) {
  return {
    format: document.format,
    label: document.label ?? null,
    sort_label: sortLabel(document),
    document: JSON.stringify(document),
    ...(created_by !== undefined && { created_by }),
    ...(updated_by !== undefined && { updated_by }),
  }
}
