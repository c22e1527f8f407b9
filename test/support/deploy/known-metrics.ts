import { Registry } from 'prom-client'
import { commandMetrics } from '../../../services/kafka-commands/command-metrics.ts'
import { accessMetrics } from '../../../services/observability/access-metrics.ts'
import { analyticsMetrics } from '../../../services/observability/analytics-metrics.ts'
import { consumerMetrics } from '../../../services/observability/consumer-metrics.ts'
import { eventStreamMetrics } from '../../../services/observability/event-stream-metrics.ts'
import { leaseMetrics } from '../../../services/observability/lease-metrics.ts'
import { createMetrics } from '../../../services/observability/metrics.ts'
import { mirrorMetrics } from '../../../services/observability/mirror-metrics.ts'
import { retentionMetrics } from '../../../services/observability/retention-metrics.ts'
import { relayMetrics } from '../../../services/relay/relay-metrics.ts'
import { spanMetrics } from '../../../services/tracing/span-counts.ts'
import { webhookMetrics } from '../../../services/webhooks/webhook-metrics.ts'

/** The labels of every series that the service may have, by its name. */
export function knownSeries(): Map<string, readonly string[]> {
  const { registry } = createMetrics({
    logPosition: async () => 0,
    catalogPosition: () => 0,
    openDeletions: () => 0,
    openCopies: () => 0,
    pendingPurges: async () => [],
  })
  consumerMetrics(registry, async () => 0)
  spanMetrics(registry)()
  eventStreamMetrics(registry, () => 0)
  accessMetrics(registry)
  analyticsMetrics(registry, () => 0)
  mirrorMetrics(registry, {
    caughtUp: async () => {},
    check: async () => {},
    behindSeconds: () => 0,
    waitingAppends: () => 0,
  })
  retentionMetrics(registry)
  leaseMetrics(registry, () => [])
  commandMetrics(registry)
  const all = Registry.merge([
    registry,
    webhookMetrics(() => undefined).registry,
    relayMetrics(() => undefined).registry,
  ])
  return new Map(all.getMetricsAsArray().flatMap((metric) => seriesOf(metric as unknown as Metric)))
}

/** As prom-client makes them, beyond what its types tell. */
type Metric = { readonly name: string; readonly labelNames: readonly string[]; readonly buckets?: unknown }

const seriesOf = ({ name, labelNames, buckets }: Metric): [string, readonly string[]][] =>
  buckets === undefined
    ? [[name, labelNames]]
    : [
        [`${name}_bucket`, [...labelNames, 'le']],
        [`${name}_sum`, labelNames],
        [`${name}_count`, labelNames],
      ]
