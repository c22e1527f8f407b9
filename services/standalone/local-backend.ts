import { createHash } from 'node:crypto'
import { join } from 'node:path'
import {
  type FilesystemMediaStore,
  openFilesystemMediaStore,
} from '../adapters/media-store/filesystem/filesystem-media-store.ts'
import type { Config } from '../config/config.ts'
import type { StorageBackend } from '../storage/storage-backends.ts'

/** The Storage Backend that needs no configuration: a folder in the data directory, served by the API. */
export async function localBackend(
  config: Config,
  publicUrl: () => string,
  signingKey: Buffer,
): Promise<StorageBackend & { readonly store: FilesystemMediaStore }> {
  const id = stableUuid('framelog local storage')
  return {
    id,
    label: 'local',
    provider: 'framelog',
    product: 'filesystem',
    isDefault: true,
    store: await openFilesystemMediaStore({
      storageId: id,
      directory: join(config.DATA_DIR, 'media'),
      publicBaseUrl: publicUrl,
      signingKey,
      urlLifetimeSeconds: config.MIN_PRESIGNED_URL_TIMEOUT_SECONDS,
      maxObjectBytes: config.MAX_OBJECT_BYTES,
    }),
  }
}

/** A UUID of version 5 in shape: the same for the same name, at every start. */
function stableUuid(name: string): string {
  const bytes = createHash('sha256').update(name).digest().subarray(0, 16)
  bytes[6] = (bytes[6]! & 0x0f) | 0x50
  bytes[8] = (bytes[8]! & 0x3f) | 0x80
  const hex = bytes.toString('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}
