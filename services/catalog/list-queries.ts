import type { DatabaseSyncInstance, StatementSyncInstance } from '@photostructure/sqlite'
import type { DeletionRow } from './deletion-queries.ts'
import type { FlowRow } from './flow-queries.ts'
import type { ProfileRow } from './profile-queries.ts'
import type { SourceRow } from './source-queries.ts'
import type { WebhookRow } from './webhook-queries.ts'

export type ListSort = 'created' | 'updated' | 'label' | 'url' | 'expiry'

/** Where a page starts: what its first row sorts by. */
export type ListKey = readonly (string | number)[]

/** A filter in SQL, with its parameters. Only fixed text and `?` may stand in `sql`. */
export type Condition = { readonly sql: string; readonly parameters: readonly (string | number)[] }

export type ListRequest = {
  readonly conditions: readonly Condition[]
  readonly sort: ListSort
  /** Newest first and A to Z unless reversed. */
  readonly reverse: boolean
  readonly limit: number
  readonly from?: ListKey
}

export type ListPage<R> = { readonly rows: readonly R[]; readonly next: ListKey | undefined }

export type ListQueries = {
  flows(request: ListRequest): ListPage<FlowRow>
  sources(request: ListRequest): ListPage<SourceRow>
  /** Sorted by `created`. */
  profiles(request: ListRequest): ListPage<ProfileRow>
  /** Sorted by `url`. */
  webhooks(request: ListRequest): ListPage<WebhookRow>
  deletionRequests(request: ListRequest): ListPage<DeletionRow>
}

/**
 * What each order compares, most significant first: total, since ids are unique. A row without a label, or
 * an expiry, sorts by its id, after those that have one.
 */
const SORTS: Record<ListSort, { readonly by: readonly string[]; readonly descends: boolean }> = {
  created: { by: ['created_ms', 'id'], descends: true },
  updated: { by: ['updated_ms', 'id'], descends: true },
  label: { by: ['(label IS NULL)', 'ifnull(label, id)', 'id'], descends: false },
  url: { by: ['url', 'id'], descends: false },
  expiry: { by: ['ifnull(-expiry_ms, 0)', 'id'], descends: false },
}

// `LIMIT +?` here and in other queries: SQLite plans a statement anew for each value of a bare `LIMIT ?`.

export function listQueries(database: DatabaseSyncInstance): ListQueries {
  const statements = new Map<string, StatementSyncInstance>()
  const prepare = (sql: string) => {
    // Filters make many statements; those in use are soon prepared again.
    if (statements.size >= 200) statements.clear()
    const statement = statements.get(sql) ?? database.prepare(sql)
    statements.set(sql, statement)
    return statement
  }

  const list =
    <R>(table: 'flows' | 'sources' | 'profiles' | 'webhooks' | 'deletion_requests') =>
    ({ conditions, sort, reverse, limit, from }: ListRequest): ListPage<R> => {
      const { by, descends } = SORTS[sort]
      const down = descends !== reverse
      const where = conditions.map(({ sql }) => sql)
      if (from) where.push(`(${by.join(', ')}) ${down ? '<=' : '>='} (${by.map(() => '?').join(', ')})`)
      const sql = `
        SELECT *, json_array(${by.join(', ')}) AS sort_key FROM ${table}
        ${where.length > 0 ? `WHERE ${where.join(' AND ')}` : ''}
        ORDER BY ${by.map((column) => `${column} ${down ? 'DESC' : 'ASC'}`).join(', ')} LIMIT +?`
      const parameters = conditions.flatMap((condition) => condition.parameters)
      const rows = prepare(sql).all(...parameters, ...(from ?? []), limit + 1) as (R & { sort_key: string })[]
      const following = rows.length > limit ? rows.pop() : undefined
      return { rows, next: following && (JSON.parse(following.sort_key) as ListKey) }
    }

  return {
    flows: list<FlowRow>('flows'),
    sources: list<SourceRow>('sources'),
    profiles: list<ProfileRow>('profiles'),
    webhooks: list<WebhookRow>('webhooks'),
    deletionRequests: list<DeletionRow>('deletion_requests'),
  }
}
