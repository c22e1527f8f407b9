import type { Worker } from 'node:worker_threads'
import { startThread } from '../../../process/start-thread.ts'
import { YOUNG_GENERATION } from '../../../process/young-generation.ts'
import type { ToWriter, WriterOptions } from './writer-messages.ts'

/** @param options handed to the thread; `announcer` names the log in this process that the thread writes for. */
export type SpawnWriter = (options: WriterOptions & { readonly announcer: string }) => Worker

/** Starts the writer's thread. It does not keep the process alive by itself. */
export const spawnWriter: SpawnWriter = (options) => {
  const worker = startThread(
    new URL('./writer-worker.js', import.meta.url),
    {
      name: 'framelog-event-log',
      workerData: options,
      // Flags of the process may be of no use to a thread, or keep it from starting.
      execArgv: [],
      resourceLimits: YOUNG_GENERATION,
    },
    null satisfies ToWriter,
  )
  worker.unref()
  return worker
}
