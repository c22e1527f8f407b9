import type { TracingConfig } from '../config/tracing-config.ts'

/** What the thread that keeps the catalog tells the one that reads it. */
export type FollowerMessage =
  /** The catalog includes the log up to `position`. */
  | { readonly type: 'reached'; readonly position: number }
  /** A rebuild or a long catch-up is under way. */
  | { readonly type: 'progress'; readonly position: number; readonly head: number }
  /** Everything that was in the log when the thread started is in the catalog. */
  | { readonly type: 'caught-up'; readonly position: number; readonly rebuilt: boolean }

export type FollowerOptions = {
  readonly catalogPath: string
  readonly logLocation: string
  /** None where nothing is traced. */
  readonly tracing?: TracingConfig | undefined
}
