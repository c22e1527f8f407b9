import type { CommandServices } from '../commands/command-services.ts'
import { type RunningConsumer, startConsumer } from '../consumer/durable-consumer.ts'
import { isPassingTrouble } from '../consumer/passing-errors.ts'
import type { Logger } from '../observability/logger.ts'
import type { EventLog } from '../ports/event-log.ts'
import { MediaStoreUnavailable } from '../ports/media-store.ts'
import { purgeBytes, UnknownBackend, type UntilFree } from './purge-bytes.ts'

/**
 * A process manager: sees to it that the bytes of what is no longer wanted go, however often this process
 * dies on the way. A Storage Backend that is away, or missing from the configuration, is waited for.
 */
export const startPurgeService = (
  log: EventLog,
  services: CommandServices,
  logger: Logger,
  untilFree?: UntilFree,
): Promise<RunningConsumer> =>
  startConsumer(
    log,
    {
      name: 'purging',
      types: ['ObjectRetired', 'InstanceRemoved'],
      handle: (events) => purgeBytes(services, events, untilFree),
      isPassing: (error) => isPassingTrouble(error) || STORE_TROUBLE.some((kind) => error instanceof kind),
    },
    logger,
  )

const STORE_TROUBLE = [MediaStoreUnavailable, UnknownBackend]
