import { parentPort } from 'node:worker_threads'
import { loadConfig } from '../config/config.ts'
import { createLogger } from '../observability/logger.ts'
import type { Ready, ToThread } from '../process/asked-worker.ts'
import { startTracing, stopTracing } from '../tracing/tracing.ts'
import { runProjector } from './run-projector.ts'
import type { Measured } from './start-projector-thread.ts'

/** The thread that writes the tables in VAST DB. Started by start-projector-thread.ts. */

const port = parentPort
if (!port) throw new Error('projector-thread is started as a worker thread')
const tell = (message: Ready | Measured) => port.postMessage(message)

const config = loadConfig(process.env)
if (!config.vast) throw new Error('projector-thread needs VAST_ENDPOINT')
const logger = createLogger(config.LOG_LEVEL)
await startTracing(config.tracing, 'vast-projector', logger)
const running = runProjector(config, config.vast, logger)

port.on('message', async (message: ToThread) => {
  if (message === 'measure') {
    const text = await running.metrics.registry.metrics()
    return tell({ type: 'measured', text, error: running.state().error })
  }
  await running.stop()
  await stopTracing()
  port.close()
  // A request that nobody answers would keep it.
  process.exit()
})
tell({ type: 'ready' })

// What it cannot get over ends the thread, for another to be started.
await running.ended
