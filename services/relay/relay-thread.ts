import { workerData } from 'node:worker_threads'
import { loadConfig } from '../config/config.ts'
import { createLogger } from '../observability/logger.ts'
import type { FromThread } from '../process/measured-thread.ts'
import { workerPort } from '../process/worker-port.ts'
import { startTracing, stopTracing } from '../tracing/tracing.ts'
import { runRelay } from './run-relay.ts'
import type { RelayThreadOptions } from './start-relay-thread.ts'

/** The thread that sends events to Kafka. Started by start-relay-thread.ts. */

const port = workerPort<FromThread>(async () => ({
  type: 'measured',
  text: await running.metrics.registry.metrics(),
}))

const { publicUrl, tenure } = workerData as RelayThreadOptions
const config = loadConfig(process.env)
const { kafka, LOG_LEVEL, tracing } = config
if (!kafka) throw new Error('relay-thread needs KAFKA_BROKERS')
const logger = createLogger(LOG_LEVEL)
await startTracing(tracing, 'kafka-relay', logger)
const running = await runRelay({
  place: config,
  tenure,
  kafka,
  publicUrl,
  logger,
  onTrouble: (text) => port.tell({ type: 'trouble', text }),
})

port.tell({ type: 'ready' })

// What it cannot get over ends the thread, for another to be started.
await Promise.race([running.ended, port.stopped])
await running.stop()
await stopTracing()
port.close()
