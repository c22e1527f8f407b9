import { parentPort, workerData } from 'node:worker_threads'
import { loadConfig } from '../config/config.ts'
import { createLogger } from '../observability/logger.ts'
import type { ToThread } from '../process/asked-worker.ts'
import type { FromThread } from '../process/measured-thread.ts'
import { stepBack } from '../process/step-back.ts'
import { startTracing, stopTracing } from '../tracing/tracing.ts'
import { runWebhooks } from './run-webhooks.ts'
import type { WebhookThreadOptions } from './start-webhook-thread.ts'

/** The thread that tells webhooks of what happens. Started by start-webhook-thread.ts. */

const port = parentPort
if (!port) throw new Error('webhook-thread is started as a worker thread')
const tell = (message: FromThread) => port.postMessage(message)

const { publicUrl, tenure, isBesideApi } = workerData as WebhookThreadOptions
if (isBesideApi) stepBack()
const config = loadConfig(process.env)
const logger = createLogger(config.LOG_LEVEL)
await startTracing(config.tracing, 'webhooks', logger)
const running = await runWebhooks(config, publicUrl, tenure, logger)

port.on('message', async (message: ToThread) => {
  if (message === 'measure') return tell({ type: 'measured', text: await running.metrics.registry.metrics() })
  await running.stop()
  await stopTracing()
  port.close()
})
tell({ type: 'ready' })

// What it cannot get over ends the thread, for another to be started.
await running.ended
