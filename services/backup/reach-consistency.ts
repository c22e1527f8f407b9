import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { LogCopy } from '../adapters/event-log/sqlite/log-copy.ts'
import type { FilesystemMediaStore } from '../adapters/media-store/filesystem/filesystem-media-store.ts'
import type { FilesystemBackendConfig } from '../config/backend-config.ts'
import type { BackupOptions } from './backup-options.ts'
import { BackupRefused } from './backup-refused.ts'
import { copyMedia } from './copy-media.ts'
import { mediaIn, openMediaFolder } from './media-folder.ts'
import { GONE_TYPES, type MediaPlaces, PLACE_TYPES } from './media-places.ts'

/** Each time round it is only what was added meanwhile: a few are usual under load. */
const MAX_ROUNDS = 20

/**
 * Copies the log, then the media its objects have, which takes longer; then what came meanwhile, and so on. It ends
 * at a position at which each object that was not retired has been copied, or was not there to be copied.
 */
export async function reachConsistency(
  options: BackupOptions,
  copy: LogCopy,
  places: MediaPlaces,
): Promise<void> {
  const { progress, signal } = options
  const folders = new Map<string, MediaFolders>()
  let taken = 0
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const position = copy.mark()
    progress.start('events', position - copy.position())
    for (const events of copy.extendTo(position)) {
      progress.advance(events, 0)
      await nextTurn()
      signal.throwIfAborted()
    }
    for (const events of copy.events(PLACE_TYPES, taken, position)) {
      places.take(events)
      await nextTurn()
      signal.throwIfAborted()
    }
    taken = position
    for (const { storage_id } of places.storages()) await copyFrom(options, places, storage_id, folders)
    // Whatever could not be copied was there at this position, if it has been deleted since: then this is not the one.
    if (!copy.eventsSince(GONE_TYPES, position).some(places.isOpen)) return
  }
  throw new BackupRefused(
    'media is deleted faster than it can be copied: set MEDIA_DELETE_GRACE, or try later',
  )
}

/** Those of a Storage Backend that is a folder, and of the backup. */
type MediaFolders = { readonly source: FilesystemMediaStore; readonly target: FilesystemMediaStore }

async function copyFrom(
  options: BackupOptions,
  places: MediaPlaces,
  storageId: string,
  folders: Map<string, MediaFolders>,
): Promise<void> {
  const backend = options.backends.find(({ id }) => id === storageId)
  if (backend?.type !== 'filesystem') return
  const { signal, progress } = options
  const stores = folders.get(storageId) ?? (await openFolders(options, backend))
  folders.set(storageId, stores)
  progress.start(`objects of ${backend.label ?? storageId}`, places.countOpen(storageId))
  await copyMedia({ places, ...stores, signal, onCopied: progress.advance, warn: progress.warn }, storageId)
}

async function openFolders(options: BackupOptions, backend: FilesystemBackendConfig): Promise<MediaFolders> {
  requireMounted(backend)
  const source = await openMediaFolder(backend.directory, backend.id)
  const target = await openMediaFolder(mediaIn(options.folder, backend.id), backend.id)
  // Nobody else writes here: whatever is under way was killed.
  await target.sweepUploads(0, options.signal)
  return { source, target }
}

/** The service keeps a folder for uploads there. Without it nothing is mounted, and everything would be missing. */
function requireMounted({ id, label, directory }: FilesystemBackendConfig): void {
  if (existsSync(join(directory, '.uploads'))) return
  throw new BackupRefused(`storage backend ${label ?? id}: there is no media folder at ${directory}`)
}
