import { existsSync } from 'node:fs'
import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { BackupOptions } from './backup-options.ts'
import type { BackupManifest } from './manifest.ts'
import { mediaIn, openMediaFolder } from './media-folder.ts'
import type { MediaPlaces } from './media-places.ts'

const OURS = /^(?:events-[0-9a-f]{16}\.db|media-[0-9a-f]{16}\.txt|.+\.unfinished)$/

/** Removes the logs and lists of backups that another has taken the place of, and what was left half made. */
export async function removeOld(folder: string, { log, media, secret_key }: BackupManifest): Promise<void> {
  const kept = [log.file, media.list]
  const old = (await readdir(folder)).filter((name) => OURS.test(name) && !kept.includes(name))
  if (!secret_key.included) old.push('secret.key')
  await Promise.all(old.map((name) => rm(join(folder, name), { force: true })))
}

/** What earlier backups have, and this one has not. */
export async function forgetMedia({ folder, signal }: BackupOptions, places: MediaPlaces): Promise<void> {
  for (const storageId of await storagesIn(folder)) {
    const store = await openMediaFolder(mediaIn(folder, storageId), storageId)
    for (let from: string | undefined; ; ) {
      signal.throwIfAborted()
      const { objects, next } = await store.list(1_000, from)
      await store.remove(objects.map(({ key }) => key).filter((key) => !places.has(storageId, key)))
      if (next === undefined) break
      from = next
    }
  }
}

const storagesIn = async (folder: string): Promise<readonly string[]> =>
  existsSync(join(folder, 'media')) ? readdir(join(folder, 'media')) : []
