import type { CommandServices } from '../commands/command-services.ts'
import type { DrainFlow } from '../deletion/flow-drain.ts'
import type { Sealer } from '../sealing/sealer.ts'

/** What the routes work with. */
export type ApiServices = CommandServices & {
  readonly drainFlow: DrainFlow
  /** Seals the keys that webhooks authenticate with. */
  readonly webhookKeys: Sealer
  /** UTC, milliseconds. */
  readonly now: () => number
  /** Where clients reach this service: scheme, host and port, no slash at the end. */
  readonly publicUrl: () => string
  readonly serviceVersion: string
  /** Whole seconds. @see TAMS service.json */
  readonly minObjectTimeout: number
  readonly minPresignedUrlTimeout: number
}
