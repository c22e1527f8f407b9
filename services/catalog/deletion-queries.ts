import type { DatabaseSyncInstance } from '@photostructure/sqlite'
import type { Condition } from './list-queries.ts'

export type DeletionRow = {
  readonly id: string
  readonly flow_id: string
  readonly object_id: string | null
  readonly delete_flow: 0 | 1
  readonly timerange_to_delete: string
  readonly timerange_remaining: string
  readonly status: 'created' | 'started' | 'done' | 'error'
  /** What TAMS shows, as JSON. */
  readonly error: string | null
  readonly created_ms: number
  readonly created_by: string | null
  readonly updated_ms: number
  readonly expiry_ms: number | null
  /** Of one that is held back: when it may begin; 0: someone would not wait. NULL: it was not held, has begun or is over. */
  readonly due_ms: number | null
}

export type OpenDeletionRow = Pick<DeletionRow, 'id' | 'flow_id'>

export type DeletionQueries = {
  deletionRequest(id: string): DeletionRow | undefined
  /** Deletions that are not over yet, nor held back, by flow and id, after this one. */
  openDeletions(after: OpenDeletionRow | undefined, limit: number): readonly OpenDeletionRow[]
  /** Deletions that were held back and may begin by `now_ms`, but have not: the longest due first. */
  dueDeletions(now_ms: number, limit: number): readonly string[]
  /** Whether one is under way that ends with nothing left of the flow. */
  isFlowBeingDrained(flow_id: string): boolean
  /** Whether one of segments of the flow is under way, which leaves the flow. */
  isLosingSegments(flow_id: string): boolean
  /** Those whose time to be shown was over by `now_ms`, the longest past first. */
  expiredDeletions(now_ms: number, limit: number): readonly string[]
}

/** What is still to be shown. */
export const unexpired = (nowMs: number): Condition => ({
  sql: '(expiry_ms IS NULL OR expiry_ms > ?)',
  parameters: [nowMs],
})

/** As the index `deletion_requests_open` has it. */
const IS_OPEN = `status IN ('created', 'started')`

export function deletionQueries(database: DatabaseSyncInstance): DeletionQueries {
  const one = database.prepare('SELECT * FROM deletion_requests WHERE id = ?')
  const open = database.prepare(
    `SELECT id, flow_id FROM deletion_requests WHERE ${IS_OPEN} AND due_ms IS NULL AND (flow_id, id) > (?, ?)
     ORDER BY flow_id, id LIMIT +?`,
  )
  const due = database.prepare(
    'SELECT id FROM deletion_requests WHERE due_ms <= ? ORDER BY due_ms, id LIMIT +?',
  )
  const draining = database.prepare(
    `SELECT 1 FROM deletion_requests WHERE ${IS_OPEN} AND flow_id = ? AND delete_flow = 1 LIMIT 1`,
  )
  const losing = database.prepare(
    `SELECT 1 FROM deletion_requests WHERE ${IS_OPEN} AND flow_id = ? AND delete_flow = 0 LIMIT 1`,
  )
  const expired = database.prepare(
    'SELECT id FROM deletion_requests WHERE expiry_ms <= ? ORDER BY expiry_ms LIMIT +?',
  )
  return {
    deletionRequest: (id) => one.get(id) as DeletionRow | undefined,
    openDeletions: (after, limit) =>
      open.all(after?.flow_id ?? '', after?.id ?? '', limit) as OpenDeletionRow[],
    dueDeletions: (now_ms, limit) => (due.all(now_ms, limit) as { id: string }[]).map((row) => row.id),
    isFlowBeingDrained: (flow_id) => draining.get(flow_id) !== undefined,
    isLosingSegments: (flow_id) => losing.get(flow_id) !== undefined,
    expiredDeletions: (now_ms, limit) =>
      (expired.all(now_ms, limit) as { id: string }[]).map((row) => row.id),
  }
}
