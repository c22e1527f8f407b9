import { parentPort, workerData } from 'node:worker_threads'
import { loadConfig } from '../config/config.ts'
import { createLogger } from '../observability/logger.ts'
import type { ToThread } from '../process/asked-worker.ts'
import type { FromThread } from '../process/measured-thread.ts'
import { runRelay } from './run-relay.ts'
import type { RelayThreadOptions } from './start-relay-thread.ts'

/** The thread that sends events to Kafka. Started by start-relay-thread.ts. */

const port = parentPort
if (!port) throw new Error('relay-thread is started as a worker thread')
const tell = (message: FromThread) => port.postMessage(message)

const { publicUrl } = workerData as RelayThreadOptions
const { kafka, DATA_DIR: dataDir, EVENTSTORE_URL: eventStoreUrl, LOG_LEVEL } = loadConfig(process.env)
if (!kafka) throw new Error('relay-thread needs KAFKA_BROKERS')
const running = await runRelay({
  dataDir,
  eventStoreUrl,
  kafka,
  publicUrl,
  logger: createLogger(LOG_LEVEL),
  onTrouble: (text) => tell({ type: 'trouble', text }),
})

port.on('message', async (message: ToThread) => {
  if (message === 'measure') return tell({ type: 'measured', text: await running.metrics.registry.metrics() })
  await running.stop()
  port.close()
})
tell({ type: 'ready' })

// What it cannot get over ends the thread, for another to be started.
await running.ended
