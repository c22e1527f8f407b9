import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { faultOfLogFile } from '../adapters/event-log/sqlite/check-log-file.ts'
import type { FilesystemMediaStore } from '../adapters/media-store/filesystem/filesystem-media-store.ts'
import type { BackupProgress } from './backup-options.ts'
import { BackupRefused } from './backup-refused.ts'
import { digestOf } from './durable-files.ts'
import { type BackupManifest, requireManifest } from './manifest.ts'
import { AT_ONCE, mediaIn, openMediaFolder } from './media-folder.ts'
import { readMediaList } from './media-list.ts'
import type { Copied } from './media-places.ts'
import { keyCheck } from './secret-check.ts'

/**
 * Checks all of a backup but its media: manifest, log, list of media, secret.
 * @throws BackupRefused where it is not whole, or of another release
 */
export async function checkBackup(folder: string, signal: AbortSignal): Promise<BackupManifest> {
  const manifest = await requireManifest(folder)
  const { log, media, secret_key } = manifest
  await requireDigest(join(folder, log.file), log.sha256, signal)
  await requireDigest(join(folder, media.list), media.sha256, signal)
  const fault = faultOfLogFile(join(folder, log.file), log.position)
  if (fault !== undefined) throw new BackupRefused(`${join(folder, log.file)}: ${fault}`)
  if (!secret_key.included) return manifest
  const path = join(folder, 'secret.key')
  const secret = await readFile(path).catch(() => undefined)
  if (secret && keyCheck(secret) === secret_key.check) return manifest
  throw new BackupRefused(`${path} is missing, or is another than when the backup was made`)
}

/** Reads all media of a backup. @returns how much of it is missing or not what it was; `progress` is told of each */
export async function verifyMedia(
  folder: string,
  { media, storage }: BackupManifest,
  progress: BackupProgress,
  signal: AbortSignal,
): Promise<number> {
  progress.start('objects', media.objects)
  const stores = new Map<string, FilesystemMediaStore>()
  for (const { id } of storage.filter(({ is_copied }) => is_copied))
    stores.set(id, await openMediaFolder(mediaIn(folder, id), id))
  let wrong = 0
  for await (const some of readMediaList(join(folder, media.list), AT_ONCE)) {
    signal.throwIfAborted()
    const faults = await Promise.all(some.map((copy) => faultOfCopy(stores.get(copy.storage_id), copy)))
    for (const [i, fault] of faults.entries()) {
      const { storage_id, key, bytes } = some[i]!
      progress.advance(1, bytes)
      if (fault === undefined) continue
      wrong += 1
      progress.warn(`${mediaIn(folder, storage_id)} ${key}: ${fault}`)
    }
  }
  return wrong
}

async function faultOfCopy(
  store: FilesystemMediaStore | undefined,
  { key, bytes, sha256 }: Copied,
): Promise<string | undefined> {
  try {
    const found = await store?.read(key)
    if (!found) return 'it is missing'
    const hash = createHash('sha256')
    let size = 0
    for await (const chunk of found.body as AsyncIterable<Buffer>) {
      hash.update(chunk)
      size += chunk.length
    }
    return size === bytes && hash.digest('hex') === sha256 ? undefined : 'it is not what was backed up'
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

async function requireDigest(path: string, sha256: string, signal: AbortSignal): Promise<void> {
  if (!existsSync(path)) throw new BackupRefused(`${path} is missing`)
  if ((await digestOf(path, signal)).sha256 !== sha256)
    throw new BackupRefused(`${path} is not what was backed up: its checksum differs`)
}
