import { loadConfig } from '../config/config.ts'
import { createLogger } from '../observability/logger.ts'
import type { Ready } from '../process/asked-worker.ts'
import { workerPort } from '../process/worker-port.ts'
import { startTracing, stopTracing } from '../tracing/tracing.ts'
import { runProjector } from './run-projector.ts'
import type { Measured } from './start-projector-thread.ts'

/** The thread that writes the tables in VAST DB. Started by start-projector-thread.ts. */

const port = workerPort<Ready | Measured>(async () => ({
  type: 'measured',
  text: await running.metrics.registry.metrics(),
  error: running.state().error,
}))

const config = loadConfig(process.env)
if (!config.vast) throw new Error('projector-thread needs VAST_ENDPOINT')
const logger = createLogger(config.LOG_LEVEL)
await startTracing(config.tracing, 'vast-projector', logger)
const running = runProjector(config, config.vast, logger)

port.tell({ type: 'ready' })

// What it cannot get over ends the thread, for another to be started.
await Promise.race([running.ended, port.stopped])
await running.stop()
await stopTracing()
// A request that nobody answers would keep it.
process.exit()
