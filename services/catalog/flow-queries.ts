import type { DatabaseSyncInstance } from '@photostructure/sqlite'

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
}

export type FlowQueries = {
  flow(id: string): FlowRow | undefined
  /** The flow's collection as JSON texts of its items, in order. */
  members(flow_id: string): readonly string[]
  collectedBy(flow_id: string): readonly string[]
}

export function flowQueries(database: DatabaseSyncInstance): FlowQueries {
  const flow = database.prepare('SELECT * FROM flows WHERE id = ?')
  const members = database.prepare('SELECT item FROM flow_members WHERE flow_id = ? ORDER BY place')
  const collectedBy = database.prepare(
    'SELECT DISTINCT flow_id FROM flow_members WHERE member_id = ? ORDER BY flow_id',
  )
  return {
    flow: (id) => flow.get(id) as FlowRow | undefined,
    members: (flow_id) => (members.all(flow_id) as { item: string }[]).map(({ item }) => item),
    collectedBy: (id) => (collectedBy.all(id) as { flow_id: string }[]).map(({ flow_id }) => flow_id),
  }
}
