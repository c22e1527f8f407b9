import type { Catalog } from '../catalog/catalog.ts'
import type { StorageBackends } from '../storage/storage-backends.ts'
import type { RunCommand } from './run-command.ts'

/** What command handlers work with. */
export type CommandServices = {
  readonly run: RunCommand
  readonly catalog: Catalog
  readonly storageBackends: StorageBackends
  /** How long what is deleted can be had back, and bytes that nothing refers to are kept, seconds. */
  readonly mediaDeleteGraceSeconds: number
}
