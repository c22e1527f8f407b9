import { loadConfig, localUrl } from '../../config/config.ts'
import { createLogger } from '../../observability/logger.ts'
import { runRelay } from '../../relay/run-relay.ts'
import { Failure } from '../failure.ts'
import { printNote } from '../output.ts'

/** Sends events until it is told to stop (SIGTERM, SIGINT). @throws InvalidConfig; what it cannot get over */
export async function relayToKafka(): Promise<void> {
  const config = loadConfig(process.env)
  const { kafka, PUBLIC_URL, HOST, PORT, DATA_DIR: dataDir, EVENTSTORE_URL: eventStoreUrl } = config
  if (!kafka) throw new Failure('where Kafka is has to be said: set KAFKA_BROKERS')
  if (PUBLIC_URL === undefined && PORT === 0) {
    throw new Failure('events tell where the service is: set PUBLIC_URL, or the PORT it has')
  }
  const stopSignal = new Promise<void>((resolve) => {
    process.once('SIGTERM', () => resolve())
    process.once('SIGINT', () => resolve())
  })
  const publicUrl = PUBLIC_URL ?? localUrl(HOST, PORT)
  const logger = createLogger(config.LOG_LEVEL)
  const relay = await runRelay({ dataDir, eventStoreUrl, kafka, publicUrl, logger })
  printNote('events are sent to Kafka')
  await Promise.race([stopSignal, relay.ended])
  await relay.stop()
}
