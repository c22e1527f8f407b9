import type { Request, Response, Router } from 'express'
import type { Operation, OperationRequest } from '../../../contracts/http/operation.ts'
import { parseRequest } from '../../../contracts/http/parse-request.ts'
import { ARROW_STREAM } from '../../../contracts/operations/analytics-parts.ts'
import { getCatalogSummary } from '../../../contracts/operations/get-catalog-summary.ts'
import { getFlowUsage } from '../../../contracts/operations/get-flow-usage.ts'
import { getStorageUsage } from '../../../contracts/operations/get-storage-usage.ts'
import { getTimeRangeAnalysis } from '../../../contracts/operations/get-time-range-analysis.ts'
import { parseTimeRange } from '../../../contracts/time/timerange.ts'
import { VIEWS } from '../../../projections/analytics/view-tables.ts'
import { arrowSchema } from '../../../projections/vast/arrow/arrow-schema.ts'
import { recordBatch } from '../../../projections/vast/arrow/record-batch.ts'
import type { Columns, RowOf, Table } from '../../../projections/vast/tables/column.ts'
import { type AnalyticsReader, readAnalytics } from '../../analytics/analytics-reader.ts'
import { catalogSummary } from '../../analytics/catalog-summary.ts'
import type { FlowFilter } from '../../analytics/flow-selection.ts'
import { flowUsage } from '../../analytics/flow-usage.ts'
import { storageUsage } from '../../analytics/storage-usage.ts'
import { timeRangeAnalysis } from '../../analytics/time-range-analysis.ts'
import { requireUnrestricted } from '../access/unrestricted-only.ts'
import type { ApiServices } from '../api-services.ts'
import { answerJson, send } from '../http/answer.ts'
import { badRequest } from '../http/http-refusal.ts'
import { pagingOf } from '../http/paging.ts'
import { POSITION_HEADER } from '../http/read-at-least.ts'
import { requireScope } from '../http/require-scope.ts'
import { isArrow, negotiate } from './negotiate.ts'
import { renderView } from './render-view.ts'
import { sendArrow } from './send-arrow.ts'
import { tableRoutes } from './table-routes.ts'
import { viewsAtLeast } from './views-at-least.ts'

/** Where what the answers are made of is kept. */
export type AnalyticsFiles = { readonly viewsPath: string; readonly catalogPath: string }

export function analyticsRoutes(router: Router, services: ApiServices, files: AnalyticsFiles): void {
  const { viewsPath } = files

  serveView(router, viewsPath, getFlowUsage, VIEWS.flow_usage, async (reader, asked) => ({
    rows: await flowUsage(reader, filterOf(asked)),
  }))
  serveView(router, viewsPath, getStorageUsage, VIEWS.storage_usage, async (reader, asked) => ({
    rows: await storageUsage(reader, filterOf(asked)),
  }))
  serveView(router, viewsPath, getTimeRangeAnalysis, VIEWS.time_range_analysis, async (reader, asked) => {
    const paging = pagingOf(asked.request, asked.query, services.publicUrl())
    const [after = '', ...more] = paging.from ?? []
    if (typeof after !== 'string' || more.length > 0) throw badRequest('page: is not a key of this list')
    const { limit } = paging
    const { rows, next } = await timeRangeAnalysis(reader, filterOf(asked), { after, limit })
    const flows = rows.filter(({ dimension }) => dimension === 'flow_id').length
    return { rows, headers: paging.headers(flows, next === undefined ? undefined : [next]) }
  })
  serveView(router, viewsPath, getCatalogSummary, VIEWS.catalog_summary, async (reader, { query }) => ({
    rows: catalogSummary(reader, { hours: query.hours, head: await services.log.head() }),
  }))
  tableRoutes(router, services, files)
}

type Viewed<C extends Columns> = {
  readonly rows: readonly RowOf<C>[]
  readonly headers?: Readonly<Record<string, string>>
}

type Asked<O> = OperationRequest<O> & { readonly request: Request }

/** Serves a view as JSON, or as Arrow where that is liked better. */
function serveView<O extends Operation, C extends Columns>(
  router: Router,
  viewsPath: string,
  operation: O,
  table: Table<C>,
  view: (reader: AnalyticsReader, asked: Asked<O>) => Promise<Viewed<C>>,
): void {
  router.get(operation.path, async (request: Request, response: Response) => {
    requireScope(operation.scopes, response)
    const parsed = parseRequest(operation, { params: {}, query: request.query, body: undefined })
    requireUnrestricted(response)
    const type = negotiate(request, 'application/json', ARROW_STREAM)
    await viewsAtLeast(viewsPath, request)
    const asked = { ...parsed, request } as Asked<O>
    const { rows, headers } = await readAnalytics(viewsPath, async (reader) => {
      const viewed = await view(reader, asked)
      const told = { ...viewed.headers, [POSITION_HEADER]: String(reader.position), Vary: 'Accept' }
      return { rows: viewed.rows, headers: told }
    })
    if (!isArrow(type)) return send(response, answerJson(200, renderView(table, rows), headers))
    const batch = recordBatch(table.columns, rows)
    await sendArrow(response, arrowSchema(table.columns), once(batch), headers)
  })
}

async function* once<T>(value: T): AsyncGenerator<T> {
  yield value
}

type Filtered = Pick<OperationRequest<typeof getFlowUsage>, 'query' | 'queryPatterns'>

const filterOf = ({ query, queryPatterns }: Filtered): FlowFilter => ({
  flow_id: query.flow_id,
  source_id: query.source_id,
  tags: queryPatterns['tag.{name}'],
  range: parseTimeRange(query.timerange),
})
