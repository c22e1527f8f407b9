import { loadConfig } from '../config/config.ts'
import { createLogger } from '../observability/logger.ts'
import { keepHeapsSmall } from '../process/small-heaps.ts'
import { startStandalone } from '../standalone/standalone.ts'

/** Runs the service until it is told to stop (SIGTERM, SIGINT), then ends it in order. @throws InvalidConfig */
export async function serve(): Promise<void> {
  const config = loadConfig(process.env)
  keepHeapsSmall()
  const logger = createLogger(config.LOG_LEVEL)
  // Before anything is started: a signal that comes early waits until there is something to stop.
  const stopSignal = new Promise<NodeJS.Signals>((resolve) => {
    process.once('SIGTERM', resolve)
    process.once('SIGINT', resolve)
  })
  const standalone = await startStandalone(config, logger)
  tellWhere(standalone.url)
  logger.info({ signal: await stopSignal }, 'stopping')
  await standalone.stop()
  logger.info('stopped')
}

/** For people: on standard error, so that standard output holds logs and nothing else. */
function tellWhere(url: string): void {
  process.stderr.write(
    `Framelog is ready\n  API      ${url}/\n  docs     ${url}/docs\n  health   ${url}/health\n  metrics  ${url}/metrics\n`,
  )
}
