import type { RequestHandler } from 'express'
import { principalOf } from '../../access/principal.ts'
import type { Logger } from '../../observability/logger.ts'
import type { Metrics } from '../../observability/metrics.ts'
import { traceRequest } from '../../tracing/trace-request.ts'
import { tracing } from '../../tracing/tracing.ts'
import { assignRequestId } from './request-id.ts'

/**
 * Gives each request its id, and tells of it when it is over: the path, never the query, for a query may
 * hold a signature or a token.
 */
export const observeRequests =
  (logger: Logger, metrics: Metrics): RequestHandler =>
  (request, response, next) => {
    const started = performance.now()
    const request_id = assignRequestId(request, response)
    const { method } = request
    const tracer = tracing()
    const traced = tracer && traceRequest(tracer, request, response, request_id)
    // Routers take off of it what they are mounted at, so it is read before them.
    const path = request.baseUrl + request.path
    response.once('close', () => {
      const seconds = (performance.now() - started) / 1000
      const status = response.statusCode
      const route: string = request.route?.path ?? 'unmatched'
      metrics.request(method, route, status, seconds)
      traced?.end(route === 'unmatched' ? (response.locals['mediaRoute'] ?? route) : route, status)
      if (COMMANDS.has(method)) metrics.command(`${method} ${route}`, outcomeOf(status))
      if (!logger.isLevelEnabled(levelOf(status))) return
      const principal = principalOf(response).name
      logger[levelOf(status)](
        {
          request_id,
          ...(traced && { trace_id: traced.traceId }),
          ...(principal !== null && { principal }),
          method,
          path,
          status,
          seconds: Number(seconds.toFixed(6)),
        },
        'request',
      )
    })
    next()
  }

const COMMANDS = new Set(['POST', 'PUT', 'DELETE'])

const outcomeOf = (status: number): 'accepted' | 'refused' | 'failed' =>
  status >= 500 ? 'failed' : status >= 400 ? 'refused' : 'accepted'

/** What went well is for who looks for it; what was refused or failed is worth a line. */
const levelOf = (status: number): 'debug' | 'info' | 'error' =>
  status >= 500 ? 'error' : status >= 400 ? 'info' : 'debug'
