import { parentPort } from 'node:worker_threads'
import { loadConfig } from '../config/config.ts'
import { createLogger } from '../observability/logger.ts'
import type { FromProjector, ToProjector } from './projector-messages.ts'
import { runProjector } from './run-projector.ts'

/** The thread that writes the tables in VAST DB. Started by start-projector-thread.ts. */

const port = parentPort
if (!port) throw new Error('projector-thread is started as a worker thread')
const tell = (message: FromProjector) => port.postMessage(message)

const config = loadConfig(process.env)
if (!config.vast) throw new Error('projector-thread needs VAST_ENDPOINT')
const running = runProjector(config, config.vast, createLogger(config.LOG_LEVEL))

port.on('message', async (message: ToProjector) => {
  if (message === 'measure') {
    const text = await running.metrics.registry.metrics()
    return tell({ type: 'measured', text, error: running.state().error })
  }
  await running.stop()
  port.close()
  // A request that nobody answers would keep it.
  process.exit()
})
tell({ type: 'ready' })

// What it cannot get over ends the thread, for another to be started.
await running.ended
