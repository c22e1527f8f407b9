import type { Profile } from '../../../contracts/resources/profile.ts'
import type { RowOf, Table } from './column.ts'
import { jsonText, timeMs } from './json-text.ts'
import { technicalColumns, technicalRow } from './technical-columns.ts'

const columns = {
  id: 'text',
  label: 'text',
  description: 'text',
  ...technicalColumns,
  tags: 'text',
  created: 'time_ms',
  created_by: 'text',
} as const

export const profilesTable: Table<typeof columns> = {
  name: 'profiles',
  columns,
  key: ['id'],
  sortedBy: ['id'],
}

export const profileRow = (profile: Profile): RowOf<typeof columns> => ({
  id: profile.id,
  label: profile.label ?? null,
  description: profile.description ?? null,
  ...technicalRow(profile.flow_metadata),
  tags: jsonText(profile.tags),
  created: timeMs(profile.created),
  created_by: profile.created_by ?? null,
})
