import type { BackendConfig } from '../config/backend-config.ts'

/** Tells how it gets on, part after part. */
export type BackupProgress = {
  /** @param total undefined where there is no way to go that could be drawn */
  start(what: string, total: number | undefined): void
  advance(steps: number, bytes: number): void
  warn(text: string): void
}

export type BackupOptions = {
  readonly dataDir: string
  readonly logPath: string
  /** Where the backup is. */
  readonly folder: string
  readonly backends: readonly BackendConfig[]
  readonly secret: () => { readonly key: Buffer; readonly isInDataDir: boolean }
  /** Of this software. */
  readonly version: string
  readonly signal: AbortSignal
  readonly progress: BackupProgress
}
