import { existsSync } from 'node:fs'
import { copyFile, mkdir, readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { FilesystemMediaStore } from '../adapters/media-store/filesystem/filesystem-media-store.ts'
import type { BackendConfig } from '../config/backend-config.ts'
import { MediaStoreUnavailable } from '../ports/media-store.ts'
import { lockFile } from '../process/file-lock.ts'
import type { BackupProgress } from './backup-options.ts'
import { BackupRefused } from './backup-refused.ts'
import { sha256Of } from './copy-media.ts'
import { digestOf, putInPlace, unfinished, writeDurably } from './durable-files.ts'
import type { BackupManifest } from './manifest.ts'
import { AT_ONCE, mediaIn, openMediaFolder } from './media-folder.ts'
import { readMediaList } from './media-list.ts'
import type { Copied } from './media-places.ts'
import { keyCheck } from './secret-check.ts'
import { checkBackup } from './verify-backup.ts'

export type RestoreOptions = {
  readonly folder: string
  readonly dataDir: string
  readonly backends: readonly BackendConfig[]
  /** SECRET_KEY. */
  readonly configuredSecret: string | undefined
  readonly signal: AbortSignal
  readonly progress: BackupProgress
}

/** There from the first file on until the last is in place: what is in the directory is a restore's own. */
const MARK = 'restore.unfinished'

/**
 * Makes a data directory of a backup. The log comes last: until then the directory is none. One that was cut short
 * can be run again.
 * @throws BackupRefused where the backup is not whole, or the directory not empty: nothing was changed; or where
 * media is not what it was
 */
export async function restoreBackup(options: RestoreOptions): Promise<BackupManifest> {
  const { folder, dataDir, signal, progress } = options
  await requireEmpty(dataDir)
  progress.start('checking the log', undefined)
  const manifest = await checkBackup(folder, signal)
  requireStorage(manifest, options.backends)
  requireSecret(manifest, options.configuredSecret)
  await mkdir(dataDir, { recursive: true })
  await writeDurably(join(dataDir, MARK), '')
  const unlock = lockFile(join(dataDir, 'catalog.db'))
  try {
    await restoreMedia(options, manifest)
    if (manifest.secret_key.included && options.configuredSecret === undefined) {
      await writeDurably(join(dataDir, 'secret.key'), await readFile(join(folder, 'secret.key')), 0o600)
    }
    await restoreLog(manifest, folder, dataDir, signal)
    await rm(join(dataDir, MARK))
    return manifest
  } finally {
    unlock()
  }
}

async function requireEmpty(dataDir: string): Promise<void> {
  const names = existsSync(dataDir) ? await readdir(dataDir) : []
  if (names.length === 0 || (names.includes(MARK) && !names.includes('events.db'))) return
  throw new BackupRefused(
    `${dataDir} is not empty: a backup is restored into an empty data directory (DATA_DIR)`,
  )
}

function requireStorage({ storage }: BackupManifest, backends: readonly BackendConfig[]): void {
  for (const { id, label, is_copied } of storage) {
    const backend = backends.find((one) => one.id === id)
    if (!is_copied || backend?.type === 'filesystem') continue
    const name = label === undefined ? id : `${label} (${id})`
    throw new BackupRefused(
      `the backup has media of storage backend ${name}, and no folder is configured for it (STORAGE_BACKENDS)`,
    )
  }
}

function requireSecret({ secret_key }: BackupManifest, configured: string | undefined): void {
  if (configured === undefined) {
    if (secret_key.included) return
    throw new BackupRefused('the secret was not part of the data directory: set SECRET_KEY to what it was')
  }
  if (keyCheck(Buffer.from(configured)) === secret_key.check) return
  throw new BackupRefused(
    'SECRET_KEY is another secret than that of the backup: what it sealed could not be opened',
  )
}

async function restoreMedia(
  { folder, backends, signal, progress }: RestoreOptions,
  { media }: BackupManifest,
): Promise<void> {
  const stores = new Map<string, { source: FilesystemMediaStore; target: FilesystemMediaStore }>()
  for (const backend of backends) {
    if (backend.type !== 'filesystem' || !existsSync(mediaIn(folder, backend.id))) continue
    const source = await openMediaFolder(mediaIn(folder, backend.id), backend.id)
    stores.set(backend.id, { source, target: await openMediaFolder(backend.directory, backend.id) })
  }
  progress.start('objects', media.objects)
  for await (const some of readMediaList(join(folder, media.list), AT_ONCE)) {
    signal.throwIfAborted()
    await Promise.all(
      some.map(async (copy) => {
        await restoreObject(stores.get(copy.storage_id), copy, signal)
        progress.advance(1, copy.bytes)
      }),
    )
  }
}

/** What is there already, and is the same, stays. */
async function restoreObject(
  stores: { readonly source: FilesystemMediaStore; readonly target: FilesystemMediaStore } | undefined,
  { storage_id, key, sha256 }: Copied,
  signal: AbortSignal,
): Promise<void> {
  try {
    const media = await stores?.target.copyFrom(stores.source, key, key, signal)
    if (!media) throw new Error('it is missing')
    if (sha256Of(media) !== sha256) throw new Error('it is not what was backed up')
  } catch (error) {
    if (signal.aborted || error instanceof MediaStoreUnavailable) throw error
    const reason = error instanceof Error ? error.message : String(error)
    throw new BackupRefused(`${key} of storage backend ${storage_id} cannot be restored: ${reason}`)
  }
}

async function restoreLog(
  { log }: BackupManifest,
  folder: string,
  dataDir: string,
  signal: AbortSignal,
): Promise<void> {
  const path = join(dataDir, 'events.db')
  await copyFile(join(folder, log.file), unfinished(path))
  if ((await digestOf(unfinished(path), signal)).sha256 !== log.sha256)
    throw new BackupRefused(`${path} was not written as it was read: look at the disk`)
  await putInPlace(unfinished(path), path)
}
