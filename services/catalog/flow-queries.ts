import type { DatabaseSyncInstance } from '@photostructure/sqlite'
import {
  type Fields,
  numberOrNull,
  type RowColumns,
  selectList,
  unquoted,
  unquotedOrNull,
} from './row-columns.ts'

export type FlowRow = {
  readonly id: string
  readonly source_id: string
  /** The flow as JSON text, without its collection and what the service manages. */
  readonly document: string
  readonly metadata_version: string
  readonly created_ms: number
  readonly created_by: string | null
  readonly updated_ms: number
  readonly updated_by: string | null
  readonly segments_updated_ms: number | null
  /** The items of its collection, as JSON separated by commas. */
  readonly collection: string | null
  /** Ids of the flows that collect it, likewise. */
  readonly collected_by: string | null
}

/** Few flows have a collection or are in one, so others are spared the search. */
export const FLOW_COLUMNS = {
  id: 'flows.id',
  source_id: 'flows.source_id',
  document: 'flows.document',
  metadata_version: 'flows.metadata_version',
  created_ms: 'flows.created_ms',
  created_by: 'flows.created_by',
  updated_ms: 'flows.updated_ms',
  updated_by: 'flows.updated_by',
  segments_updated_ms: 'flows.segments_updated_ms',
  collection: `CASE WHEN flows.collects THEN (SELECT group_concat(item) FROM (
    SELECT item FROM flow_members m WHERE m.flow_id = flows.id ORDER BY place)) END`,
  collected_by: `CASE WHEN flows.collected THEN (SELECT group_concat(json_quote(flow_id)) FROM (
    SELECT DISTINCT flow_id FROM flow_members m WHERE m.member_id = flows.id ORDER BY flow_id)) END`,
} as const satisfies RowColumns<FlowRow>

/** A row of a page, whose fields are those of FLOW_COLUMNS, in their order. */
export function flowOfFields(fields: Fields): FlowRow {
  const [id, source_id, document, metadata_version, created_ms, created_by, ...rest] = fields as string[]
  const [updated_ms, updated_by, segments_updated_ms, collection, collected_by] = rest
  return {
    id: id!,
    source_id: source_id!,
    document: document!,
    metadata_version: unquoted(metadata_version!),
    created_ms: Number(created_ms),
    created_by: unquotedOrNull(created_by!),
    updated_ms: Number(updated_ms),
    updated_by: unquotedOrNull(updated_by!),
    segments_updated_ms: numberOrNull(segments_updated_ms!),
    collection: collection || null,
    collected_by: collected_by || null,
  }
}

export type FlowQueries = {
  flow(id: string): FlowRow | undefined
  hasFlow(id: string): boolean
  /** The position of the event that made a flow that is there. */
  createdPosition(id: string): number | undefined
  /** The flow's collection as JSON texts of its items, in order. */
  members(flow_id: string): readonly string[]
  collectedBy(flow_id: string): readonly string[]
}

export function flowQueries(database: DatabaseSyncInstance): FlowQueries {
  const flow = database.prepare(`SELECT ${selectList(FLOW_COLUMNS)} FROM flows WHERE id = ?`)
  const found = database.prepare('SELECT 1 FROM flows WHERE id = ?')
  const key = database.prepare('SELECT key FROM flows WHERE id = ?')
  const members = database.prepare('SELECT item FROM flow_members WHERE flow_id = ? ORDER BY place')
  const collectedBy = database.prepare(
    'SELECT DISTINCT flow_id FROM flow_members WHERE member_id = ? ORDER BY flow_id',
  )
  return {
    flow: (id) => flow.get(id) as FlowRow | undefined,
    hasFlow: (id) => found.get(id) !== undefined,
    createdPosition: (id) => (key.get(id) as { key: number } | undefined)?.key,
    members: (flow_id) => (members.all(flow_id) as { item: string }[]).map(({ item }) => item),
    collectedBy: (id) => (collectedBy.all(id) as { flow_id: string }[]).map(({ flow_id }) => flow_id),
  }
}
