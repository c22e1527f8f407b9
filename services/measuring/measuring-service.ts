import { type RunningConsumer, startConsumer } from '../consumer/durable-consumer.ts'
import { isPassingTrouble } from '../consumer/passing-errors.ts'
import { MediaStoreUnavailable } from '../ports/media-store.ts'
import type { StorageBackend } from '../storage/storage-backends.ts'
import { type MeasuringServices, objectMeasurer } from './measure-objects-in.ts'
import { PAUSE_MS, restAsLong } from './rest-as-long.ts'

/**
 * Process managers: size and checksums of objects that were registered without are asked of their Storage
 * Backend, afterwards, and recorded. Each backend has a checkpoint of its own: one that is away is waited for as
 * long as it takes, and none waits for another.
 */
export async function startMeasuring(services: MeasuringServices): Promise<RunningConsumer> {
  const { all } = services.commands.storageBackends
  const running = await Promise.all(all.map((backend) => startMeasuringIn(services, backend)))
  return {
    stop: async () => {
      await Promise.all(running.map(({ stop }) => stop()))
    },
  }
}

async function startMeasuringIn(
  services: MeasuringServices,
  backend: StorageBackend,
): Promise<RunningConsumer> {
  const { log, logger } = services
  const stopping = new AbortController()
  const measure = objectMeasurer(services, backend, stopping.signal)
  const consumer = await startConsumer(
    log,
    {
      name: `measuring ${backend.id}`,
      types: ['ObjectReferenced', 'InstanceStored'],
      handle: async (events) => {
        const start = performance.now()
        await measure(events)
        const isAtEnd = events.at(-1)?.position === (await log.head())
        await restAsLong(isAtEnd ? PAUSE_MS : performance.now() - start, stopping.signal)
      },
      isPassing: (error) => isPassingTrouble(error) || error instanceof MediaStoreUnavailable,
    },
    logger,
  )
  return {
    stop: () => {
      stopping.abort()
      return consumer.stop()
    },
  }
}
