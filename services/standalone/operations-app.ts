import express, { type ErrorRequestHandler } from 'express'
import { OPEN } from '../../contracts/http/scope.ts'
import { getMetrics } from '../../contracts/operations/get-metrics.ts'
import type { Guard } from '../api/app.ts'
import { send } from '../api/http/answer.ts'
import { authenticate } from '../api/http/authenticate.ts'
import { errorAnswer } from '../api/http/error-answer.ts'
import { type HttpApp, httpApp } from '../api/http/http-app.ts'
import { HttpRefusal } from '../api/http/http-refusal.ts'
import type { Dependencies, HealthServices } from '../api/operational/check-health.ts'
import { operationalRoutes } from '../api/operational/operational-routes.ts'
import type { Metrics } from '../observability/metrics.ts'

/** What a service tells of itself that serves no API: its health, and metrics where they are shown. */
export function operationsApp(
  services: HealthServices,
  dependencies: Dependencies,
  metrics: Pick<Metrics, 'registry'> | undefined,
  guard: Guard | undefined,
): HttpApp {
  const app = express()
  app.disable('x-powered-by')
  app.disable('etag')
  // Whether the process answers at all, as the API says at the same place.
  app.get('/', (_request, response) => void response.status(204).end())
  if (guard) app.use(authenticate(guard.identify, (path) => path !== getMetrics.path))
  operationalRoutes(app, services, dependencies, metrics, guard?.areMetricsOpen ? OPEN : getMetrics.scopes)
  app.use(() => {
    throw new HttpRefusal(404, 'not_found', 'here are only /health and /metrics of a service without an API')
  })
  app.use(answerErrors)
  return httpApp(app)
}

/** Four parameters are what makes it an error handler to Express. */
const answerErrors: ErrorRequestHandler = (error: unknown, _request, response, _next) =>
  send(response, errorAnswer(error, Date.now()))
