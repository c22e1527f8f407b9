import type { Registry } from 'prom-client'
import type { Authentication } from '../access/open-authentication.ts'
import type { Guard } from '../api/app.ts'
import { identifier } from '../api/http/authenticate.ts'
import { failedAttempts } from '../api/http/failed-attempts.ts'
import type { Config } from '../config/config.ts'
import { accessMetrics } from '../observability/access-metrics.ts'

/** Who finds out where requests come from, and counts those that are refused; none where nobody is asked. */
export function guardOf(
  authentication: Authentication | undefined,
  config: Pick<Config, 'AUTH_FAILURES_PER_MINUTE' | 'METRICS_OPEN'>,
  registry: Registry,
): Guard | undefined {
  const refused = accessMetrics(registry)
  if (!authentication) return undefined
  const failures = failedAttempts(config.AUTH_FAILURES_PER_MINUTE, Date.now)
  return {
    identify: identifier({ authenticator: authentication, failures, refused }),
    ways: authentication.ways,
    areMetricsOpen: config.METRICS_OPEN,
  }
}
