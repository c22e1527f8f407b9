import { Counter, Gauge, Histogram, Registry } from 'prom-client'
import type { RelayMessage } from './relay-message.ts'

export type RelayMetrics = {
  readonly registry: Registry
  sent(messages: readonly RelayMessage[]): void
  /** An attempt was in vain. */
  failed(reason: 'unavailable' | 'too_large'): void
}

/** What is measured, read when it is asked for. */
export type Measured = {
  readonly head: () => Promise<number>
  readonly acknowledged: () => number
  readonly isTroubled: () => boolean
}

export function relayMetrics(measured: () => Measured | undefined): RelayMetrics {
  const registry = new Registry()
  const registers = [registry]
  const messages = new Counter({
    name: 'framelog_relay_messages_total',
    help: 'Messages that Kafka has acknowledged, by what their topic is of',
    labelNames: ['topic'],
    registers,
  })
  const bytes = new Counter({
    name: 'framelog_relay_bytes_total',
    help: 'Bytes of the messages that Kafka has acknowledged, before compression',
    registers,
  })
  const batches = new Histogram({
    name: 'framelog_relay_batch_messages',
    help: 'Messages that were sent to Kafka together',
    buckets: [1, 10, 100, 1_000, 5_000],
    registers,
  })
  const failures = new Counter({
    name: 'framelog_relay_failures_total',
    help: 'Batches that Kafka did not take at an attempt, by reason',
    labelNames: ['reason'],
    registers,
  })
  for (const reason of ['unavailable', 'too_large']) failures.inc({ reason }, 0)
  new Gauge({
    name: 'framelog_relay_failing',
    help: '1 while Kafka does not take what it is sent',
    registers,
    collect() {
      this.set(measured()?.isTroubled() ? 1 : 0)
    },
  })
  new Gauge({
    name: 'framelog_relay_lag_positions',
    help: 'Positions of the log after the last up to which Kafka has acknowledged all',
    registers,
    async collect() {
      const now = measured()
      if (now) this.set(Math.max(0, (await now.head()) - now.acknowledged()))
    },
  })
  return {
    registry,
    sent: (batch) => {
      for (const { topic, bytes: size } of batch) {
        messages.inc({ topic })
        bytes.inc(size)
      }
      batches.observe(batch.length)
    },
    failed: (reason) => failures.inc({ reason }),
  }
}
