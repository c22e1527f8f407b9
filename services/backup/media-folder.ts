import { join } from 'node:path'
import {
  type FilesystemMediaStore,
  openFilesystemMediaStore,
} from '../adapters/media-store/filesystem/filesystem-media-store.ts'

/** Objects that are copied at once: file work is done by a few threads. */
export const AT_ONCE = 8

/** Opens a directory of Media Objects, be it a Storage Backend's or a backup's. Nobody gets URLs of it. */
export const openMediaFolder = (directory: string, storageId: string): Promise<FilesystemMediaStore> =>
  openFilesystemMediaStore({
    directory,
    storageId,
    publicBaseUrl: () => 'http://localhost',
    signingKey: Buffer.alloc(32),
    urlLifetimeSeconds: 60,
    maxObjectBytes: Number.MAX_SAFE_INTEGER,
  })

/** Where a backup has the objects of a Storage Backend: laid out as that has them. */
export const mediaIn = (folder: string, storageId: string): string => join(folder, 'media', storageId)
