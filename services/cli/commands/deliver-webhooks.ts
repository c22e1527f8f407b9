import { loadConfig, localUrl } from '../../config/config.ts'
import { createLogger } from '../../observability/logger.ts'
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
  const webhooks = await runWebhooks(config, publicUrl, createLogger(config.LOG_LEVEL))
  printNote('webhooks are being told')
  await Promise.race([stopSignal, webhooks.ended])
  await webhooks.stop()
}
