import type { Router } from 'express'
import type { Scope } from '../../../contracts/http/scope.ts'
import { getHealth } from '../../../contracts/operations/get-health.ts'
import { getMetrics } from '../../../contracts/operations/get-metrics.ts'
import type { Metrics } from '../../observability/metrics.ts'
import { answerJson } from '../http/answer.ts'
import { mount } from '../http/mount.ts'
import { requireScope } from '../http/require-scope.ts'
import { checkHealth, type Dependencies, type HealthServices } from './check-health.ts'

export function operationalRoutes(
  router: Router,
  services: HealthServices,
  dependencies: Dependencies,
  metrics: Pick<Metrics, 'registry'> | undefined,
  metricsScopes: readonly Scope[] = getMetrics.scopes,
): void {
  mount(router, getHealth, async () => {
    const health = await checkHealth(services, dependencies)
    return answerJson(health.status === 'unavailable' ? 503 : 200, health)
  })

  if (!metrics) return
  router.get(getMetrics.path, async (_request, response) => {
    requireScope(metricsScopes, response)
    const text = (await metrics.registry.metrics()) + (await dependencies.moreMetrics())
    response.setHeader('Content-Type', metrics.registry.contentType)
    response.setHeader('Content-Length', Buffer.byteLength(text))
    response.end(text)
  })
}
