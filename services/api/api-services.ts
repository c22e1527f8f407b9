import type { CommandServices } from '../commands/command-services.ts'
import type { DrainFlow } from '../deletion/flow-drain.ts'
import type { EventLog } from '../ports/event-log.ts'

/** What the routes work with. */
export type ApiServices = CommandServices & {
  readonly drainFlow: DrainFlow
  /** For questions about the past: all others are the catalog's. */
  readonly log: EventLog
  /** UTC, milliseconds. */
  readonly now: () => number
  /** Where clients reach this service: scheme, host and port, no slash at the end. */
  readonly publicUrl: () => string
  readonly serviceVersion: string
  /** Whole seconds. @see TAMS service.json */
  readonly minObjectTimeout: number
  readonly minPresignedUrlTimeout: number
}
