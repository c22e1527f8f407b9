import { workerData } from 'node:worker_threads'
import { loadConfig } from '../config/config.ts'
import { createLogger } from '../observability/logger.ts'
import type { FromThread } from '../process/measured-thread.ts'
import { restWhileBusy } from '../process/shared-load.ts'
import { stepBack } from '../process/step-back.ts'
import { workerPort } from '../process/worker-port.ts'
import { startTracing, stopTracing } from '../tracing/tracing.ts'
import { runWebhooks } from './run-webhooks.ts'
import type { WebhookThreadOptions } from './start-webhook-thread.ts'

/** The thread that tells webhooks of what happens. Started by start-webhook-thread.ts. */

const port = workerPort<FromThread>(async () => ({
  type: 'measured',
  text: await running.metrics.registry.metrics(),
}))

const { publicUrl, tenure, apiLoad } = workerData as WebhookThreadOptions
const config = loadConfig(process.env)
const logger = createLogger(config.LOG_LEVEL)
await startTracing(config.tracing, 'webhooks', logger)
const running = await runWebhooks(config, publicUrl, tenure, logger)
if (apiLoad) {
  stepBack()
  restWhileBusy(apiLoad)
}

port.tell({ type: 'ready' })

// What it cannot get over ends the thread, for another to be started.
await Promise.race([running.ended, port.stopped])
await running.stop()
await stopTracing()
port.close()
