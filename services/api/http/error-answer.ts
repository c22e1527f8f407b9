import { InvalidRequest } from '../../../contracts/http/parse-request.ts'
import type { ErrorBody } from '../../../contracts/resources/error.ts'
import { InvalidTime } from '../../../contracts/time/timestamp.ts'
import { AnalyticsUnavailable } from '../../analytics/analytics-reader.ts'
import { NoSuchColumn } from '../../analytics/export/export-table.ts'
import { TooManyFlows } from '../../analytics/flow-selection.ts'
import { CatalogBehind } from '../../catalog/catalog.ts'
import { PastOutOfReach } from '../../catalog/past-segment-queries.ts'
import { KeyReused } from '../../commands/answered-commands.ts'
import { CommandContended } from '../../commands/run-command.ts'
import { TooMuchHistory } from '../../history/past-log.ts'
import { LogUnavailable } from '../../ports/event-log.ts'
import { type Answer, answerJson } from './answer.ts'
import { HttpRefusal } from './http-refusal.ts'

/** Seconds a client is asked to wait before it tries again. */
const RETRY_AFTER = { 'Retry-After': '1' }

/** The refusal an error amounts to; undefined for one that is our fault. */
export function refusalOf(error: unknown): HttpRefusal | undefined {
  if (error instanceof HttpRefusal) return error
  if (error instanceof InvalidRequest) {
    return error.where === 'params'
      ? new HttpRefusal(404, 'not_found', error.summary)
      : new HttpRefusal(400, 'bad_request', error.summary)
  }
  if (error instanceof InvalidTime) return new HttpRefusal(400, 'bad_request', error.message)
  if (error instanceof LogUnavailable) {
    return new HttpRefusal(503, 'log_unavailable', 'the event log cannot be written now', RETRY_AFTER)
  }
  if (error instanceof CommandContended) {
    return new HttpRefusal(503, 'contended', 'too many writers at once on the same resource', RETRY_AFTER)
  }
  if (error instanceof KeyReused) {
    return new HttpRefusal(
      422,
      'idempotency_key_reused',
      'Idempotency-Key: came before, with another request',
    )
  }
  if (error instanceof CatalogBehind) {
    return new HttpRefusal(503, 'catalog_behind', 'done, but reads do not show it yet', RETRY_AFTER)
  }
  if (error instanceof TooMuchHistory || error instanceof PastOutOfReach) {
    return new HttpRefusal(400, 'too_much_history', `as_of: cannot be answered: ${error.message}`)
  }
  if (error instanceof AnalyticsUnavailable) {
    return new HttpRefusal(503, 'analytics_unavailable', error.message, RETRY_AFTER)
  }
  if (error instanceof TooManyFlows) return new HttpRefusal(400, 'too_many_flows', error.message)
  if (error instanceof NoSuchColumn) return new HttpRefusal(400, 'bad_request', `columns: ${error.message}`)
  return fromBodyParser(error)
}

/** Every refusal and failure has TAMS's error body. @see TAMS error.json */
export function errorAnswer(error: unknown, nowMs: number): Answer {
  const { status, type, message, headers } =
    refusalOf(error) ?? new HttpRefusal(500, 'internal_error', 'something went wrong in the service')
  return answerJson(status, errorBody(type, message, nowMs), headers)
}

export const errorBody = (type: string, summary: string, nowMs: number): ErrorBody => ({
  type,
  summary,
  time: new Date(nowMs).toISOString(),
})

/** What express and its body parser throw says its status, and whether clients may know why. */
function fromBodyParser(error: unknown): HttpRefusal | undefined {
  if (!(error instanceof Error)) return undefined
  const { status, type = 'bad_request', message } = error as Error & { status?: unknown; type?: string }
  if (typeof status !== 'number' || status < 400 || status > 499) return undefined
  const summary = type === 'entity.parse.failed' ? `the body is not JSON${placeIn(message)}` : message
  // A body in a charset or coding that is not read here: TAMS knows 400 for it, and no 415.
  return new HttpRefusal(status === 415 ? 400 : status, type.replaceAll('.', '_'), summary.slice(0, 500))
}

/** Where JSON ends to be JSON. The rest of the message quotes the body, which may hold a key. */
function placeIn(message: string): string {
  const position = message.match(/ at position (\d+)/)?.[1]
  return position === undefined ? '' : ` (from position ${position})`
}
