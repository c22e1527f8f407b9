import { randomUUID } from 'node:crypto'
import { causedBy } from '../commands/caused-by.ts'
import type { CommandServices } from '../commands/command-services.ts'
import { drainTimeline } from '../commands/delete-segments.ts'
import { type RunningConsumer, startConsumer } from '../consumer/durable-consumer.ts'
import { isPassingTrouble } from '../consumer/passing-errors.ts'
import type { Logger } from '../observability/logger.ts'
import type { EventLog } from '../ports/event-log.ts'

/**
 * A process manager for Flows that were deleted without a deletion request: their segments went with them, but
 * for those of logs that are older than requests, and of logs that were cut short within an append. Draining
 * twice is harmless, so at-least-once is enough.
 */
export const drainUndrainedFlows = (
  log: EventLog,
  services: CommandServices,
  logger: Logger,
): Promise<RunningConsumer> =>
  startConsumer(
    log,
    {
      name: 'deletion',
      types: ['FlowDeleted'],
      handle: async (events) => {
        for (const event of events) {
          const { flow_id, deletion_id } = event.data
          if (deletion_id === undefined) await drainTimeline(services, causedBy(event, randomUUID()), flow_id)
        }
      },
      isPassing: isPassingTrouble,
    },
    logger,
  )
