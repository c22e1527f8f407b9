import type { CommandServices } from '../commands/command-services.ts'
import type { EventLog } from '../ports/event-log.ts'

/** The actor of what a repair does. */
export const RECONCILE_ACTOR = 'framelog:reconcile'

/** What a reconciliation works with. Its `catalog` and `log` may be written by others meanwhile. */
export type ReconcileServices = {
  readonly log: EventLog
  readonly commands: CommandServices
  /** The file that `commands.catalog` reads. */
  readonly catalogPath: string
  readonly now: () => number
}

export type ReconcileOptions = {
  /** Which Storage Backends; absent: all, and references too. */
  readonly storageIds?: readonly string[]
  /** Whether to settle what is found. */
  readonly repair: boolean
  /** Bytes that nothing knows of are left alone until they are that old, milliseconds. */
  readonly olderThanMs: number
  /** Whether to settle findings in a backend that seems to be another's. */
  readonly force: boolean
  readonly signal?: AbortSignal
  readonly onProgress?: ReconcileProgress
}

export type ReconcileProgress = {
  /**
   * @param what a Storage Backend's objects, or events of the log
   * @param total how many are known of
   */
  start(what: string, total: number): void
  advance(objects: number, bytes: number): void
}
