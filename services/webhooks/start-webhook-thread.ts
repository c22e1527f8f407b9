import type { Tenure } from '../leases/tenure.ts'
import type { Logger } from '../observability/logger.ts'
import { type MeasuredThread, measuredThread } from '../process/measured-thread.ts'
import { startPortThread } from '../process/worker-port.ts'
import { YOUNG_GENERATION } from '../process/young-generation.ts'

export type WebhookThreadOptions = {
  /** Where clients reach the service. The rest is in the environment. */
  readonly publicUrl: string
  /** How long this process is the one who does it. */
  readonly tenure: Tenure
  /** Whether requests are answered in this process, which go first. */
  readonly isBesideApi: boolean
}

/** Delivers on a thread of its own: a thousand requests for one event are no reason for clients to wait. */
export function startWebhookThread(options: WebhookThreadOptions, logger: Logger): MeasuredThread {
  const make = () =>
    startPortThread(new URL('./webhook-thread.js', import.meta.url), {
      name: 'framelog-webhooks',
      resourceLimits: YOUNG_GENERATION,
      workerData: options,
    })
  return measuredThread(make, 'the delivery of webhooks', 'webhooks', logger)
}
