import type { Tenure } from '../leases/tenure.ts'
import type { Logger } from '../observability/logger.ts'
import { type MeasuredThread, measuredThread } from '../process/measured-thread.ts'
import type { SharedLoad } from '../process/shared-load.ts'
import { startPortThread } from '../process/worker-port.ts'
import { YOUNG_GENERATION } from '../process/young-generation.ts'

export type WebhookThreadOptions = {
  /** Where clients reach the service. The rest is in the environment. */
  readonly publicUrl: string
  /** How long this process is the one who does it. */
  readonly tenure: Tenure
  /** How busy the thread is that answers requests, which go first; none where that is in another process. */
  readonly apiLoad: SharedLoad | undefined
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
