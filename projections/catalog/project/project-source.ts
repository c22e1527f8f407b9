import type { SourceEvent, SourceMetadata } from '../../../contracts/events/source-events.ts'
import { createdBy, type Projection, put, sortLabel, updatedBy } from './projection.ts'

export const sourceProjection: Projection<SourceEvent['type']> = {
  SourceCreated: (event) => [
    put('sources', event.data.source.id, { ...createdBy(event), ...sourceColumns(event.data.source) }),
  ],
  SourceUpdated: (event) => [
    put('sources', event.data.source.id, { ...updatedBy(event), ...sourceColumns(event.data.source) }),
  ],
  SourceDeleted: ({ data }) => [{ op: 'remove', table: 'sources', id: data.source_id }],
  FlowAttached: () => [],
  FlowDetached: () => [],
}

const sourceColumns = (source: SourceMetadata) => ({
  format: source.format,
  label: source.label ?? null,
  sort_label: sortLabel(source),
  document: JSON.stringify(source),
})
