import { Counter, Gauge, Histogram, Registry } from 'prom-client'
import { acknowledgedBy, isSending, type Subscriber } from './subscriber.ts'

export type WebhookMetrics = {
  readonly registry: Registry
  /** @param seconds from the commit of the event, of one that was acknowledged */
  attempted(outcome: 'delivered' | 'failed', seconds: number): void
}

/** What is measured, read when it is asked for. */
export type Measured = {
  readonly subscribers: () => Iterable<Subscriber>
  readonly handedOut: () => number
}

const LATENCIES = [0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 30, 300, 3600]

/** None of them has a series for each webhook: there may be thousands. */
export function webhookMetrics(measured: () => Measured | undefined): WebhookMetrics {
  const registry = new Registry()
  const registers = [registry]
  const attempts = new Counter({
    name: 'framelog_webhook_attempts_total',
    help: 'Requests to receivers of webhooks, by outcome',
    labelNames: ['outcome'],
    registers,
  })
  const latency = new Histogram({
    name: 'framelog_webhook_delivery_seconds',
    help: 'From the commit of an event to its acknowledgement by one receiver',
    buckets: LATENCIES,
    registers,
  })
  // Gauges are read in the order of their making: the first sets them all.
  const webhooks = new Gauge({
    name: 'framelog_webhooks',
    help: 'Webhooks, by status',
    labelNames: ['status'],
    registers,
    collect: () => {
      const now = measured()
      const all = [...(now?.subscribers() ?? [])]
      const reached = now?.handedOut() ?? 0
      const lags = all.filter(isSending).map((each) => reached - (acknowledgedBy(each) ?? reached))
      webhooks.reset()
      for (const { status } of all) webhooks.inc({ status })
      behind.set(lags.filter((events) => events > 0).length)
      failing.set(all.filter((each) => isSending(each) && each.failing !== undefined).length)
      lag.set(lags.reduce((a, b) => Math.max(a, b), 0))
    },
  })
  const behind = new Gauge({
    name: 'framelog_webhooks_behind',
    help: 'Webhooks that are yet to be told of something',
    registers,
  })
  const failing = new Gauge({
    name: 'framelog_webhooks_failing',
    help: 'Webhooks whose last attempt was in vain',
    registers,
  })
  const lag = new Gauge({
    name: 'framelog_webhook_lag_events_max',
    help: 'Events in the log since the oldest that some webhook is yet to be told of',
    registers,
  })

  return {
    registry,
    attempted: (outcome, seconds) => {
      attempts.inc({ outcome })
      if (outcome === 'delivered') latency.observe(seconds)
    },
  }
}
