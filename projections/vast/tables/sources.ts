import type { Source } from '../../../contracts/resources/source.ts'
import type { RowOf, Table } from './column.ts'
import { jsonText, timeMs } from './json-text.ts'

const columns = {
  id: 'text',
  format: 'text',
  label: 'text',
  description: 'text',
  tags: 'text',
  source_collection: 'text',
  collected_by: 'texts',
  created: 'time_ms',
  created_by: 'text',
  updated: 'time_ms',
  updated_by: 'text',
} as const

export const sourcesTable: Table<typeof columns> = {
  name: 'sources',
  columns,
  key: ['id'],
  sortedBy: ['id'],
}

export const sourceRow = (source: Source): RowOf<typeof columns> => ({
  id: source.id,
  format: source.format,
  label: source.label ?? null,
  description: source.description ?? null,
  tags: jsonText(source.tags),
  source_collection: jsonText(source.source_collection),
  collected_by: source.collected_by ?? null,
  created: timeMs(source.created),
  created_by: source.created_by ?? null,
  updated: timeMs(source.updated),
  updated_by: source.updated_by ?? null,
})
