import type { DatabaseSyncInstance } from '@photostructure/sqlite'
import type { TableName } from '../../../contracts/operations/get-analytics-table.ts'
import type { Flow } from '../../../contracts/resources/flow.ts'
import type { Profile } from '../../../contracts/resources/profile.ts'
import type { Source } from '../../../contracts/resources/source.ts'
import type { Webhook } from '../../../contracts/resources/webhook.ts'
import type { Columns, RowOf } from '../../../projections/vast/tables/column.ts'
import { deletionRequestRow } from '../../../projections/vast/tables/deletion-requests.ts'
import { flowRow } from '../../../projections/vast/tables/flows.ts'
import { profileRow } from '../../../projections/vast/tables/profiles.ts'
import { sourceRow } from '../../../projections/vast/tables/sources.ts'
import { webhookRow } from '../../../projections/vast/tables/webhooks.ts'
import { renderDeletion } from '../../api/deletions/render-deletion.ts'
import { renderFlow } from '../../api/flows/render-flow.ts'
import { renderProfile } from '../../api/profiles/render-profile.ts'
import { renderSource } from '../../api/sources/render-source.ts'
import { renderWebhook } from '../../api/webhooks/render-webhook.ts'
import type { CatalogReader } from '../../catalog/catalog-reader.ts'
import type { DeletionRow } from '../../catalog/deletion-queries.ts'
import { FLOW_COLUMNS, type FlowRow } from '../../catalog/flow-queries.ts'
import type { ProfileRow } from '../../catalog/profile-queries.ts'
import { selectList } from '../../catalog/row-columns.ts'
import { SOURCE_COLUMNS, type SourceRow } from '../../catalog/source-queries.ts'
import type { WebhookRow } from '../../catalog/webhook-queries.ts'
import { flowIdsOfSource } from './flows-of-source.ts'
import { objectRows, objectSlices } from './object-rows.ts'
import type { TableRequest } from './table-request.ts'

type Row = RowOf<Columns>

/** Tables whose rows are read one by one: objects are by the million. */
type Few = Exclude<TableName, 'segments' | 'objects'>

/** A millisecond or ten of this thread. */
const ROWS_AT_ONCE = 500

/** Rows of tables that have an id, in its order. */
export function* resourceSlices(
  table: Exclude<TableName, 'segments'>,
  database: DatabaseSyncInstance,
  reader: CatalogReader,
  request: TableRequest,
): Generator<readonly Row[]> {
  if (table === 'objects') return yield* objectSlices(database, reader)
  const wanted = wantedIds(table, database, request)
  if (wanted) {
    for (let from = 0; from < wanted.length; from += ROWS_AT_ONCE)
      yield resourceRows(table, database, reader, wanted.slice(from, from + ROWS_AT_ONCE))
    return
  }
  const unexpired = table === 'deletion_requests' ? 'AND (expiry_ms IS NULL OR expiry_ms > ?)' : ''
  const now = unexpired === '' ? [] : [request.nowMs]
  const next = database.prepare(
    `SELECT ${SELECTED[table]} FROM ${table} WHERE id > ? ${unexpired} ORDER BY id LIMIT ${ROWS_AT_ONCE}`,
  )
  for (let after = ''; ; ) {
    const rows = next.all(after, ...now) as { id: string }[]
    yield rows.map((row) => rowOf(table, row))
    if (rows.length < ROWS_AT_ONCE) return
    after = rows.at(-1)!.id
  }
}

/** Those of the rows that are there. */
export function resourceRows(
  table: Exclude<TableName, 'segments'>,
  database: DatabaseSyncInstance,
  reader: CatalogReader,
  ids: Iterable<string>,
): readonly Row[] {
  if (table === 'objects') return objectRows(database, reader, ids)
  const one = database.prepare(`SELECT ${SELECTED[table]} FROM ${table} WHERE id = ?`)
  const rows: Row[] = []
  for (const id of ids) {
    const found = one.get(id)
    if (found) rows.push(rowOf(table, found))
  }
  return rows
}

const SELECTED: Record<Few, string> = {
  sources: selectList(SOURCE_COLUMNS),
  flows: selectList(FLOW_COLUMNS),
  webhooks: '*',
  deletion_requests: '*',
  profiles: '*',
}

/** Where a filter names the rows. */
function wantedIds(
  table: TableName,
  database: DatabaseSyncInstance,
  { flow_id, source_id }: TableRequest,
): readonly string[] | undefined {
  if (table === 'sources') return source_id === undefined ? undefined : [source_id]
  if (table !== 'flows') return undefined
  if (source_id === undefined) return flow_id === undefined ? undefined : [flow_id]
  return flowIdsOfSource(database, source_id).filter((id) => id === (flow_id ?? id))
}

const rowOf = (table: Few, row: unknown): Row => MAKERS[table](row as never)

const MAKERS: Record<Few, (row: never) => Row> = {
  sources: (row: SourceRow) => sourceRow(JSON.parse(renderSource(row)) as Source),
  flows: (row: FlowRow) => flowRow(JSON.parse(renderFlow(row)) as Flow),
  webhooks: (row: WebhookRow) => webhookRow(JSON.parse(renderWebhook(row)) as Webhook),
  deletion_requests: (row: DeletionRow) => deletionRequestRow(renderDeletion(row)),
  profiles: (row: ProfileRow) => profileRow(JSON.parse(renderProfile(row)) as Profile),
}
