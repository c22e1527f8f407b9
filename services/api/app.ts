import express, { type ErrorRequestHandler, type Express, type Router } from 'express'
import { openapiDocument } from '../../contracts/http/openapi.ts'
import { operations } from '../../contracts/operations/all-operations.ts'
import { apiInfo } from '../../contracts/operations/api-info.ts'
import type { Logger } from '../observability/logger.ts'
import type { Metrics } from '../observability/metrics.ts'
import type { ApiServices } from './api-services.ts'
import { flowRoutes } from './flows/flow-routes.ts'
import { historyRoutes } from './history/history-routes.ts'
import { send } from './http/answer.ts'
import { errorAnswer, refusalOf } from './http/error-answer.ts'
import { notFound } from './http/http-refusal.ts'
import { observeRequests } from './http/observe-requests.ts'
import { readAtLeast } from './http/read-at-least.ts'
import { requestIdOf } from './http/request-id.ts'
import { objectRoutes } from './objects/object-routes.ts'
import { openapiRouter } from './openapi/openapi-router.ts'
import type { Dependencies } from './operational/check-health.ts'
import { operationalRoutes } from './operational/operational-routes.ts'
import { segmentRoutes } from './segments/segment-routes.ts'
import { serviceRoutes } from './service/service-routes.ts'
import { sourceRoutes } from './sources/source-routes.ts'
import { storageRoutes } from './storage/storage-routes.ts'

export type AppParts = {
  readonly services: ApiServices
  readonly dependencies: Dependencies
  readonly media: Router
  readonly logger: Logger
  readonly metrics: Metrics
  readonly exposeMetrics: boolean
}

/** The whole HTTP service. */
export function createApp(parts: AppParts): Express {
  const { services, dependencies, media, logger, metrics, exposeMetrics } = parts
  const app = express()
  app.disable('x-powered-by')
  app.disable('etag')
  app.set('query parser', 'simple')
  app.use(observeRequests(logger, metrics))
  app.use(readAtLeast(services.catalog, dependencies.logPosition))
  // First what is asked for most: a router tries its paths in order.
  segmentRoutes(app, services)
  flowRoutes(app, services)
  storageRoutes(app, services)
  objectRoutes(app, services)
  sourceRoutes(app, services)
  serviceRoutes(app, services)
  historyRoutes(app, services)
  operationalRoutes(app, services, dependencies, exposeMetrics ? metrics : undefined)
  app.use(media)
  app.use(openapiRouter(openapiDocument(operations, apiInfo)))
  app.use((request) => {
    throw notFound(`there is no ${request.method} ${request.path.slice(0, 200)}`)
  })
  app.use(answerErrors(logger, services.now))
  return app
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
