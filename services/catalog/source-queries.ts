import type { DatabaseSyncInstance } from '@photostructure/sqlite'

export type SourceRow = {
  readonly id: string
  readonly document: string
  readonly created_ms: number
  readonly created_by: string | null
  readonly updated_ms: number
  readonly updated_by: string | null
}

export type CollectedSource = { readonly id: string; readonly role: string | null }

export type SourceQueries = {
  source(id: string): SourceRow | undefined
  /** The Sources that the collections of this Source's Flows make it a collection of, in their order. */
  sourceCollection(id: string): readonly CollectedSource[]
  sourceCollectedBy(id: string): readonly string[]
}

export function sourceQueries(database: DatabaseSyncInstance): SourceQueries {
  const source = database.prepare('SELECT * FROM sources WHERE id = ?')
  const collection = database.prepare(`
    SELECT member.source_id AS id, m.item ->> 'role' AS role, min(m.place) AS place
    FROM flows f JOIN flow_members m ON m.flow_id = f.id JOIN flows member ON member.id = m.member_id
    WHERE f.source_id = ? AND member.source_id <> f.source_id
    GROUP BY member.source_id ORDER BY place, id`)
  const collectedBy = database.prepare(`
    SELECT DISTINCT parent.source_id AS id
    FROM flows f JOIN flow_members m ON m.member_id = f.id JOIN flows parent ON parent.id = m.flow_id
    WHERE f.source_id = ? AND parent.source_id <> f.source_id ORDER BY id`)
  return {
    source: (id) => source.get(id) as SourceRow | undefined,
    sourceCollection: (id) => collection.all(id) as CollectedSource[],
    sourceCollectedBy: (id) => (collectedBy.all(id) as { id: string }[]).map((row) => row.id),
  }
}
