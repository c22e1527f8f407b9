import type { DatabaseSyncInstance, StatementSyncInstance } from '@photostructure/sqlite'
import type { DeletionRow } from './deletion-queries.ts'
import type { ListPage, ListRequest } from './list-queries.ts'
import type { ProfileRow } from './profile-queries.ts'
import type { WebhookRow } from './webhook-queries.ts'

type SmallSort = 'created' | 'url' | 'expiry'

type SmallRequest<S extends SmallSort> = Omit<ListRequest, 'sort'> & { readonly sort: S }

/** Lists of what a library has few of: filters look at each row in turn, along the index of the order. */
export type SmallLists = {
  profiles(request: SmallRequest<'created'>): ListPage<ProfileRow>
  webhooks(request: SmallRequest<'url'>): ListPage<WebhookRow>
  deletionRequests(request: SmallRequest<'created' | 'expiry'>): ListPage<DeletionRow>
}

/**
 * What each order compares, most significant first: total, since ids are unique. A row without an expiry sorts
 * by its id, after those that have one.
 */
const SORTS: Record<SmallSort, { readonly by: readonly string[]; readonly descends: boolean }> = {
  created: { by: ['created_ms', 'id'], descends: true },
  url: { by: ['url', 'id'], descends: false },
  expiry: { by: ['ifnull(-expiry_ms, 0)', 'id'], descends: false },
}

export function smallLists(database: DatabaseSyncInstance): SmallLists {
  const statements = new Map<string, StatementSyncInstance>()
  const prepare = (sql: string) => {
    // Filters make many statements; those in use are soon prepared again.
    if (statements.size >= 200) statements.clear()
    const statement = statements.get(sql) ?? database.prepare(sql)
    statements.set(sql, statement)
    return statement
  }

  const list =
    <S extends SmallSort, R>(table: 'profiles' | 'webhooks' | 'deletion_requests') =>
    ({ conditions, sort, reverse, limit, from }: SmallRequest<S>): ListPage<R> => {
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
      return { rows, next: following && JSON.parse(following.sort_key) }
    }

  return {
    profiles: list('profiles'),
    webhooks: list('webhooks'),
    deletionRequests: list('deletion_requests'),
  }
}
