import express, { type ErrorRequestHandler, type Router } from 'express'
import { openapiDocument } from '../../contracts/http/openapi.ts'
import { OPEN } from '../../contracts/http/scope.ts'
import type { Ways } from '../../contracts/http/security-schemes.ts'
import { operations } from '../../contracts/operations/all-operations.ts'
import { apiInfo } from '../../contracts/operations/api-info.ts'
import { getMetrics } from '../../contracts/operations/get-metrics.ts'
import { byAuthClasses } from '../access/access-of.ts'
import type { AuthClasses } from '../access/auth-classes.ts'
import type { CorsOrigins } from '../config/cors-origins.ts'
import type { Logger } from '../observability/logger.ts'
import type { Metrics } from '../observability/metrics.ts'
import { type AnalyticsFiles, analyticsRoutes } from './analytics/analytics-routes.ts'
import type { ApiServices } from './api-services.ts'
import { deletionRoutes } from './deletions/deletion-routes.ts'
import { eventRoutes, type ServedStreams } from './events/event-routes.ts'
import { flowCreateRoutes } from './flows/flow-create-routes.ts'
import { flowPropertyRoutes } from './flows/flow-property-routes.ts'
import { flowRoutes } from './flows/flow-routes.ts'
import { historyRoutes } from './history/history-routes.ts'
import { alsoBelow } from './http/also-below.ts'
import { send } from './http/answer.ts'
import { authenticate, type Identify } from './http/authenticate.ts'
import { crossOrigin } from './http/cross-origin.ts'
import { errorAnswer, refusalOf } from './http/error-answer.ts'
import { type HttpApp, httpApp } from './http/http-app.ts'
import { allowedAt, answerOptions, refuseUnserved } from './http/known-paths.ts'
import { observeRequests } from './http/observe-requests.ts'
import { openPaths } from './http/open-paths.ts'
import { rateLimit } from './http/rate-limit.ts'
import { readAtLeast } from './http/read-at-least.ts'
import { requestIdOf } from './http/request-id.ts'
import { securityHeaders } from './http/security-headers.ts'
import { objectRoutes } from './objects/object-routes.ts'
import { DOCS_PATHS, openapiRouter } from './openapi/openapi-router.ts'
import type { Dependencies } from './operational/check-health.ts'
import { operationalRoutes } from './operational/operational-routes.ts'
import { profileRoutes } from './profiles/profile-routes.ts'
import { segmentRoutes } from './segments/segment-routes.ts'
import { serviceRoutes } from './service/service-routes.ts'
import { sourcePropertyRoutes } from './sources/source-property-routes.ts'
import { sourceRoutes } from './sources/source-routes.ts'
import { sourceWriteRoutes } from './sources/source-write-routes.ts'
import { storageRoutes } from './storage/storage-routes.ts'
import { type ServedVast, vastRoutes } from './vast/vast-routes.ts'
import { webhookRoutes } from './webhooks/webhook-routes.ts'

export type AppParts = {
  readonly services: ApiServices
  readonly dependencies: Dependencies
  readonly eventStreams: ServedStreams
  /** None where analytics are not served. */
  readonly analytics: AnalyticsFiles | undefined
  /** None where there is no VAST DB. */
  readonly vast: ServedVast | undefined
  /** None where nobody has to say who they are. */
  readonly guard: Guard | undefined
  readonly media: Router
  /** None where what requests may do does not depend on classes. */
  readonly authClasses?: AuthClasses | undefined
  readonly logger: Logger
  readonly metrics: Metrics
  readonly exposeMetrics: boolean
  readonly corsOrigins: CorsOrigins
  /** Whether clients reach it by https, as far as this process knows. */
  readonly isSecure: boolean
  /** Addresses and networks whose word is taken for where a request comes from. */
  readonly trustedProxies: readonly string[]
  /** Of one principal, or one address where nobody says who they are. */
  readonly maxRequestsPerMinute: number | undefined
}

export type Guard = {
  readonly identify: Identify
  readonly ways: Ways
  /** Metrics tell nothing of content, but much of what goes on. */
  readonly areMetricsOpen: boolean
}

/** Where the whole API is found a second time, for clients that look for it there. Not in TAMS. */
const PREFIX = '/api/v1'

/** The whole HTTP service. */
export function createApp(parts: AppParts): HttpApp {
  const {
    services,
    dependencies,
    eventStreams,
    analytics,
    media,
    logger,
    metrics,
    exposeMetrics,
    corsOrigins,
  } = parts
  const { guard } = parts
  const metricsOperation = guard?.areMetricsOpen ? { ...getMetrics, scopes: OPEN } : getMetrics
  const served = operations
    .filter(
      ({ path, operationId }) =>
        (exposeMetrics || operationId !== getMetrics.operationId) &&
        (analytics !== undefined || !path.startsWith('/analytics/')),
    )
    .map((operation) => (operation.operationId === getMetrics.operationId ? metricsOperation : operation))
  const allowed = allowedAt([...served, ...DOCS_PATHS])
  const app = express()
  app.disable('x-powered-by')
  app.disable('etag')
  app.set('query parser', 'simple')
  app.set('trust proxy', parts.trustedProxies)
  app.use(observeRequests(logger, metrics))
  app.use(securityHeaders(parts.isSecure))
  app.use(crossOrigin(corsOrigins, served, services.publicUrl))
  app.use(answerOptions(allowed))
  const isOpen = openPaths(served)
  if (guard) app.use(authenticate(guard.identify, isOpen))
  if (parts.maxRequestsPerMinute !== undefined) {
    app.use(rateLimit(parts.maxRequestsPerMinute, isOpen, services.now))
  }
  if (parts.authClasses) app.use(byAuthClasses(parts.authClasses))
  app.use(readAtLeast(services.catalog, dependencies.logPosition))
  // First what is asked for most: a router tries its paths in order.
  segmentRoutes(app, services)
  flowRoutes(app, services)
  storageRoutes(app, services)
  objectRoutes(app, services)
  sourceRoutes(app, services)
  deletionRoutes(app, services)
  serviceRoutes(app, services)
  profileRoutes(app, services)
  webhookRoutes(app, services)
  flowPropertyRoutes(app, services)
  flowCreateRoutes(app, services)
  sourcePropertyRoutes(app, services)
  sourceWriteRoutes(app, services)
  historyRoutes(app, services)
  eventRoutes(app, services, eventStreams)
  if (analytics) analyticsRoutes(app, services, analytics)
  vastRoutes(app, services, parts.vast)
  operationalRoutes(app, services, dependencies, exposeMetrics ? metrics : undefined, metricsOperation.scopes)
  app.use(media)
  app.use(openapiRouter(openapiDocument(served, apiInfo, guard?.ways)))
  app.use(refuseUnserved(allowed))
  app.use(answerErrors(logger, services.now))
  return httpApp(app, alsoBelow(PREFIX, app))
}

/** Four parameters are what makes it an error handler to Express. */
const answerErrors =
  (logger: Logger, now: () => number): ErrorRequestHandler =>
  (error: unknown, request, response, _next) => {
    if (!refusalOf(error)) {
      logger.error(
        { err: error, request_id: requestIdOf(response), method: request.method, path: request.path },
        'failed',
      )
    }
    if (response.headersSent) return void response.destroy()
    send(response, errorAnswer(error, now()))
  }
