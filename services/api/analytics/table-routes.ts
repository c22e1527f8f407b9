import type { Request, Response, Router } from 'express'
import type { OperationRequest } from '../../../contracts/http/operation.ts'
import { parseRequest } from '../../../contracts/http/parse-request.ts'
import { ARROW_STREAM } from '../../../contracts/operations/analytics-parts.ts'
import { getAnalyticsTable, type TableName } from '../../../contracts/operations/get-analytics-table.ts'
import { parseTimeRange } from '../../../contracts/time/timerange.ts'
import { exportTable } from '../../analytics/export/export-table.ts'
import { requireUnrestricted } from '../access/unrestricted-only.ts'
import type { ApiServices } from '../api-services.ts'
import { badRequest } from '../http/http-refusal.ts'
import { POSITION_HEADER } from '../http/read-at-least.ts'
import { requireScope } from '../http/require-scope.ts'
import { negotiate } from './negotiate.ts'
import { sendArrow } from './send-arrow.ts'

/** The filters of each table; all others are refused. */
const FILTERS: Record<TableName, readonly ('flow_id' | 'source_id' | 'timerange')[]> = {
  sources: ['source_id'],
  flows: ['flow_id', 'source_id'],
  segments: ['flow_id', 'source_id', 'timerange'],
  objects: [],
  webhooks: [],
  deletion_requests: [],
  profiles: [],
}

export function tableRoutes(
  router: Router,
  { catalog, now }: ApiServices,
  { catalogPath }: { readonly catalogPath: string },
): void {
  const path = getAnalyticsTable.path.replace('{name}', ':name')
  router.get(path, async (request: Request, response: Response) => {
    requireScope(getAnalyticsTable.scopes, response)
    const { params, query } = parseRequest(getAnalyticsTable, {
      params: request.params,
      query: request.query,
      body: undefined,
    })
    requireUnrestricted(response)
    negotiate(request, ARROW_STREAM)
    refuseOthers(params.name, query)
    const headers = { [POSITION_HEADER]: String(catalog.position()) }
    const { schema, batches } = exportTable(catalogPath, {
      ...params,
      ...query,
      range: parseTimeRange(query.timerange),
      nowMs: now(),
    })
    await sendArrow(response, schema, batches, headers)
  })
}

function refuseOthers(name: TableName, query: OperationRequest<typeof getAnalyticsTable>['query']): void {
  const asked = {
    flow_id: query.flow_id !== undefined,
    source_id: query.source_id !== undefined,
    timerange: query.timerange !== '_',
  }
  for (const filter of ['flow_id', 'source_id', 'timerange'] as const) {
    if (asked[filter] && !FILTERS[name].includes(filter))
      throw badRequest(`${filter}: ${name} has no such filter`)
  }
}
