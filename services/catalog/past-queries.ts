import type { DatabaseSyncInstance } from '@photostructure/sqlite'
import type { ObjectRow } from './object-queries.ts'

export type PastQueries = {
  /** Flows that ever collected a flow, by id. */
  everCollectedBy(flow_id: string, limit: number): readonly string[]
  /**
   * As `flowsOf`, of the flows that had such a segment when the log was at `position`, by id; whether a flow was
   * there itself, only its stream can tell.
   */
  pastFlowsOf(object: ObjectRow, position: number, after: string, limit: number): readonly string[]
}

export function pastQueries(database: DatabaseSyncInstance): PastQueries {
  const collectors = database.prepare(
    'SELECT flow_id AS id FROM memberships WHERE member_id = ? ORDER BY flow_id LIMIT +?',
  )
  const users = {
    media: database.prepare(usersOf('SELECT $id AS id')),
    init: database.prepare(
      usersOf(`
        SELECT id FROM objects o WHERE init_object_id = $id
          AND NOT EXISTS (SELECT 1 FROM retired_objects r WHERE r.id = o.id AND r.retired > $position)
        UNION ALL SELECT id FROM retired_objects o WHERE init_object_id = $id AND retired > $position
          AND NOT EXISTS (SELECT 1 FROM retired_objects r
            WHERE r.id = o.id AND r.retired > $position AND r.retired < o.retired)`),
    ),
  }
  const ids = (rows: unknown) => (rows as { id: string }[]).map(({ id }) => id)
  return {
    everCollectedBy: (flow_id, limit) => ids(collectors.all(flow_id, limit)),
    pastFlowsOf: ({ id, role }, position, after, limit) =>
      ids(users[role === 'init' ? 'init' : 'media'].all({ id, position, after, limit })),
  }
}

const usersOf = (objects: string) => `
  SELECT DISTINCT t.flow_id AS id FROM (
    SELECT s.timeline FROM (${objects}) o JOIN segments s ON s.object_id = o.id AND s.position <= $position
    UNION ALL
    SELECT r.timeline FROM (${objects}) o JOIN removed_segments r
      ON r.object_id = o.id AND r.position <= $position AND r.removed > $position
  ) used JOIN timelines t ON t.key = used.timeline
  WHERE t.flow_id > $after ORDER BY t.flow_id LIMIT +$limit`
