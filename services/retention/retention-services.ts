import type { CommandServices } from '../commands/command-services.ts'
import type { Logger } from '../observability/logger.ts'
import type { RetentionMetrics } from '../observability/retention-metrics.ts'
import type { EventLog } from '../ports/event-log.ts'

export type RetentionServices = {
  readonly log: Pick<EventLog, 'readStream'>
  readonly commands: CommandServices
  /** `dry-run`: tell what would be deleted. */
  readonly mode: 'dry-run' | 'on'
  readonly now: () => number
  readonly logger: Logger
  readonly metrics: RetentionMetrics
  readonly segmentsDeleted: (count: number) => void
}
