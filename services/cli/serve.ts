import { loadConfig } from '../config/config.ts'
import { createLogger } from '../observability/logger.ts'
import { keepHeapsSmall } from '../process/small-heaps.ts'
import { startAlone } from '../standalone/alone.ts'
import { type ServiceName, withoutServices } from '../standalone/service-name.ts'
import { type Standalone, startStandalone } from '../standalone/standalone.ts'
import { printNote } from './output.ts'

/** All of it in one process, the API alone, or another service alone. */
export type Served = 'all' | 'api' | ServiceName

/** For people: on standard error, so that standard output holds logs and nothing else. */
const NOTES: Readonly<Record<ServiceName, string>> = {
  webhooks: 'webhooks are being told',
  deletion: 'deletions are being carried out',
  relay: 'events are sent to Kafka',
  projector: 'tables in VAST DB are being written',
  commands: 'commands from Kafka are being carried out',
}

/** Runs the service until it is told to stop (SIGTERM, SIGINT), then ends it in order. @throws InvalidConfig */
export async function serve(served: Served): Promise<void> {
  const config = loadConfig(process.env)
  keepHeapsSmall()
  const logger = createLogger(config.LOG_LEVEL)
  // Before anything is started: a signal that comes early waits until there is something to stop.
  const stopSignal = new Promise<NodeJS.Signals>((resolve) => {
    process.once('SIGTERM', resolve)
    process.once('SIGINT', resolve)
  })
  let running: Standalone
  if (served === 'all' || served === 'api') {
    running = await startStandalone(served === 'api' ? withoutServices(config) : config, logger)
    tellWhere(running.url)
  } else {
    running = await startAlone(served, config, logger)
    printNote(NOTES[served])
    printNote(`  health   ${running.url}/health\n  metrics  ${running.url}/metrics`)
  }
  logger.info({ signal: await stopSignal }, 'stopping')
  await running.stop()
  logger.info('stopped')
}

function tellWhere(url: string): void {
  printNote(
    `Framelog is ready\n  API      ${url}/\n  docs     ${url}/docs\n  health   ${url}/health\n  metrics  ${url}/metrics`,
  )
}
