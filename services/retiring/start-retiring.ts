import type { CommandServices } from '../commands/command-services.ts'
import { type Clock, type RunningConsumer, startConsumer } from '../consumer/durable-consumer.ts'
import { isPassingTrouble } from '../consumer/passing-errors.ts'
import type { Logger } from '../observability/logger.ts'
import type { EventLog } from '../ports/event-log.ts'
import { URL_MARGIN_SECONDS } from '../storage/url-lifetime.ts'
import { retireDereferenced } from './retire-dereferenced.ts'
import { retireUnregistered } from './retire-unregistered.ts'

/** What it does is not urgent, and mostly it has nothing to do. */
const REST_MS = 1_000

/**
 * A process manager: retires objects whose last reference was released longer ago than the grace. Where there is
 * no grace, they were retired at once, and it finds only what older releases left, and what a log left that was
 * cut short within an append.
 */
export const startRetiring = (
  log: EventLog,
  services: CommandServices,
  logger: Logger,
  clock?: Clock,
): Promise<RunningConsumer> =>
  startConsumer(
    log,
    {
      name: 'retiring',
      types: ['ObjectDereferenced'],
      delayMs: services.mediaDeleteGraceSeconds * 1000,
      restMs: REST_MS,
      handle: (events) => retireDereferenced(log, services, events),
      isPassing: isPassingTrouble,
    },
    logger,
    clock,
  )

/**
 * A process manager: retires objects that were allocated and that no segment has used in the time that was
 * promised for it, and the grace.
 */
export const startExpiring = (
  log: EventLog,
  services: CommandServices,
  minObjectTimeoutSeconds: number,
  logger: Logger,
  clock?: Clock,
): Promise<RunningConsumer> =>
  startConsumer(
    log,
    {
      name: 'expiring',
      types: ['ObjectAllocated'],
      delayMs: (minObjectTimeoutSeconds + services.mediaDeleteGraceSeconds + URL_MARGIN_SECONDS) * 1000,
      restMs: REST_MS,
      handle: (events) => retireUnregistered(services, events),
      isPassing: isPassingTrouble,
    },
    logger,
    clock,
  )
