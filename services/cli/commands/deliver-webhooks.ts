import { loadConfig, localUrl } from '../../config/config.ts'
import { createLogger } from '../../observability/logger.ts'
import { startTracing, stopTracing } from '../../tracing/tracing.ts'
import { runWebhooks } from '../../webhooks/run-webhooks.ts'
import { Failure } from '../failure.ts'
import { printNote } from '../output.ts'

/** Delivers until it is told to stop (SIGTERM, SIGINT). @throws InvalidConfig; what it cannot get over */
export async function deliverWebhooks(): Promise<void> {
  const config = loadConfig(process.env)
  if (config.PUBLIC_URL === undefined && config.PORT === 0) {
    throw new Failure('events tell where the service is: set PUBLIC_URL, or the PORT it has')
  }
  const publicUrl =
    config.PUBLIC_URL ?? localUrl(config.HOST, config.PORT, config.TLS_CERT_FILE !== undefined)
  const stopSignal = new Promise<void>((resolve) => {
    process.once('SIGTERM', () => resolve())
    process.once('SIGINT', () => resolve())
  })
  const logger = createLogger(config.LOG_LEVEL)
  await startTracing(config.tracing, 'webhooks', logger)
  const webhooks = await runWebhooks(config, publicUrl, logger)
  printNote('webhooks are being told')
  await Promise.race([stopSignal, webhooks.ended])
  await webhooks.stop()
  await stopTracing()
}
