import { setTimeout as delay } from 'node:timers/promises'
import type { Clock, RunningConsumer } from '../consumer/durable-consumer.ts'
import { watchConsumer } from '../consumer/watched-consumers.ts'
import type { Logger } from '../observability/logger.ts'
import type { StorageBackend } from '../storage/storage-backends.ts'

export type SweepServices = {
  readonly backends: readonly Pick<StorageBackend, 'id' | 'store'>[]
  readonly logger: Logger
  readonly ended: (storage_id: string, count: number) => void
  readonly clock?: Pick<Clock, 'wait'>
}

const DAY_MS = 24 * 60 * 60 * 1000
const EVERY_MS = DAY_MS
/** No upload and no copy takes that long. */
const HALF_AFTER_MS = DAY_MS

/** It keeps no process alive. */
const realClock: Pick<Clock, 'wait'> = {
  wait: (ms, signal) => delay(ms, undefined, { signal, ref: false }),
}

/**
 * Ends what killed processes left of uploads: in each Storage Backend at the start, and then once a day. It has
 * nothing to remember: what is left where a backend is away is found by the next sweep.
 */
export function startSweeping({ backends, ...services }: SweepServices): RunningConsumer {
  const stopping = new AbortController()
  const running = backends.map((backend) => sweeps(backend, services, stopping.signal))
  return {
    stop: async () => {
      stopping.abort()
      await Promise.all(running)
    },
  }
}

async function sweeps(
  { id: storage_id, store }: SweepServices['backends'][number],
  { logger, ended, clock = realClock }: Omit<SweepServices, 'backends'>,
  signal: AbortSignal,
): Promise<void> {
  /** The same trouble is told once, until a sweep succeeds. */
  let told: string | undefined
  const watch = watchConsumer(`sweeping ${storage_id}`)
  signal.addEventListener('abort', watch.over, { once: true })
  while (!signal.aborted) {
    try {
      const count = await store.sweepUploads(HALF_AFTER_MS, signal)
      told = undefined
      ended(storage_id, count)
      if (count > 0) logger.info({ storage_id, count }, 'half uploads were ended')
    } catch (error) {
      if (signal.aborted) return
      watch.failed()
      const trouble = String(error)
      const level = trouble === told ? 'debug' : 'warn'
      told = trouble
      logger[level](
        { err: error, storage_id },
        'half uploads could not be ended; they are looked for again in a day',
      )
    }
    await clock.wait(EVERY_MS, signal).catch(() => undefined)
  }
}
