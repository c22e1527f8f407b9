import type { CommandServices } from '../commands/command-services.ts'
import type { PastCatalogs } from '../history/past-catalogs.ts'
import type { OutboundPolicy } from '../outbound/outbound-policy.ts'
import type { EventLog } from '../ports/event-log.ts'
import type { Sealer } from '../sealing/sealer.ts'

/** What the routes work with. */
export type ApiServices = CommandServices & {
  /** For questions about the past: all others are the catalog's. */
  readonly log: EventLog
  readonly pastCatalogs: PastCatalogs
  /** Where webhooks may lead to. */
  readonly outboundPolicy: OutboundPolicy
  /** Seals the keys that webhooks authenticate with. */
  readonly webhookKeys: Sealer
  /** How long a request waits for a deletion that does not fit into it, milliseconds. */
  readonly deleteWaitMs: number
  /** How long a deletion that is over can be looked at. */
  readonly deletionRetentionSeconds: number
  /** Tells of segments that went within a request. */
  readonly segmentsDeleted: (count: number) => void
  /** UTC, milliseconds. */
  readonly now: () => number
  /** Where clients reach this service: scheme, host and port, no slash at the end. */
  readonly publicUrl: () => string
  readonly serviceVersion: string
  /** Whole seconds. @see TAMS service.json */
  readonly minObjectTimeout: number
  readonly minPresignedUrlTimeout: number
}
