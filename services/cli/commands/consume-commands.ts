import { mkdirSync } from 'node:fs'
import { Registry } from 'prom-client'
import { loadConfig, localUrl } from '../../config/config.ts'
import { startCommandConsumer } from '../../kafka-commands/command-consumer.ts'
import { commandMetrics } from '../../kafka-commands/command-metrics.ts'
import { createLogger } from '../../observability/logger.ts'
import { openBesideService } from '../../process/beside-service.ts'
import { startTracing, stopTracing } from '../../tracing/tracing.ts'
import { Failure } from '../failure.ts'
import { printNote } from '../output.ts'

/** Carries out what Kafka brings until it is told to stop (SIGTERM, SIGINT). @throws InvalidConfig */
export async function consumeCommands(): Promise<void> {
  const config = loadConfig(process.env)
  const { kafka } = config
  if (!kafka) throw new Failure('set KAFKA_BROKERS: there is no Kafka to take commands from')
  if (config.PUBLIC_URL === undefined && config.PORT === 0) {
    throw new Failure('answers tell where the service is: set PUBLIC_URL, or the PORT it has')
  }
  const source = config.PUBLIC_URL ?? localUrl(config.HOST, config.PORT, config.TLS_CERT_FILE !== undefined)
  const stopSignal = new Promise<void>((resolve) => {
    process.once('SIGTERM', () => resolve())
    process.once('SIGINT', () => resolve())
  })
  const logger = createLogger(config.LOG_LEVEL)
  await startTracing(config.tracing, 'kafka-commands', logger)
  mkdirSync(config.DATA_DIR, { recursive: true })
  const beside = await openBesideService(config, logger)
  const consumer = startCommandConsumer({
    kafka,
    services: { ...beside.commands, log: beside.log },
    source: () => source,
    logger,
    metrics: commandMetrics(new Registry()),
  })
  printNote('commands from Kafka are being carried out')
  await stopSignal
  await consumer.stop()
  await beside.close()
  await stopTracing()
}
