import type { Tags } from '../../contracts/resources/tags.ts'
import type { MediaStore } from '../ports/media-store.ts'

/** A place for Media Objects, as configured. @see TAMS GET_storage-backends */
export type StorageBackend = {
  /** The storage id: UUID. */
  readonly id: string
  readonly label?: string
  readonly provider: string
  readonly product: string
  readonly region?: string
  readonly availability_zone?: string
  readonly tags?: Tags
  readonly isDefault: boolean
  readonly store: MediaStore
}

export type StorageBackends = {
  readonly all: readonly StorageBackend[]
  readonly byId: ReadonlyMap<string, StorageBackend>
  readonly default: StorageBackend | undefined
}

export const storageBackends = (all: readonly StorageBackend[]): StorageBackends => ({
  all,
  byId: new Map(all.map((backend) => [backend.id, backend])),
  default: all.find(({ isDefault }) => isDefault),
})
