import type { Tenure } from '../leases/tenure.ts'
import type { Logger } from '../observability/logger.ts'
import { type MeasuredThread, measuredThread } from '../process/measured-thread.ts'
import { startPortThread } from '../process/worker-port.ts'

export type RelayThreadOptions = {
  /** Where clients reach the service. The rest is in the environment. */
  readonly publicUrl: string
  /** How long this process is the one who does it. */
  readonly tenure: Tenure
}

/** Sends events to Kafka from a thread of its own: making and compressing messages takes its time. */
export const startRelayThread = (options: RelayThreadOptions, logger: Logger): MeasuredThread =>
  measuredThread(
    () =>
      startPortThread(new URL('./relay-thread.js', import.meta.url), {
        name: 'framelog-relay',
        workerData: options,
      }),
    'the relay to Kafka',
    'kafka-relay',
    logger,
  )
