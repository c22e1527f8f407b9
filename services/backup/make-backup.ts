import { existsSync } from 'node:fs'
import { copyFile, mkdir, readdir, rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { streamName } from '../../contracts/events/stream-name.ts'
import { faultOfLogFile } from '../adapters/event-log/sqlite/check-log-file.ts'
import { type LogCopy, openLogCopy } from '../adapters/event-log/sqlite/log-copy.ts'
import { tryLockFile } from '../process/file-lock.ts'
import type { BackupOptions } from './backup-options.ts'
import { BackupRefused } from './backup-refused.ts'
import { digestOf, putInPlace, unfinished, writeDurably } from './durable-files.ts'
import { BACKUP_FORMAT, type BackupManifest, readManifest, writeManifest } from './manifest.ts'
import { writeMediaList } from './media-list.ts'
import { type MediaPlaces, openMediaPlaces } from './media-places.ts'
import { reachConsistency } from './reach-consistency.ts'
import { forgetMedia, removeOld } from './remove-old.ts'
import { keyCheck } from './secret-check.ts'

/**
 * Backs up a data directory, with the service at work or without. What the folder has of an earlier backup is used,
 * and stays a whole backup until this one takes its place.
 * @throws BackupRefused
 */
export async function makeBackup(options: BackupOptions): Promise<BackupManifest> {
  const { folder, logPath } = options
  if (!existsSync(logPath))
    throw new BackupRefused(`there is no event log at ${logPath} (DATA_DIR names its folder)`)
  if (resolve(folder) === resolve(options.dataDir))
    throw new BackupRefused('a backup needs a folder of its own')
  const before = await readManifest(folder)
  await requireOwn(folder)
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const unlock = tryLockFile(join(folder, 'backup'))
  if (!unlock) throw new BackupRefused(`another backup is being made in ${folder}`)
  const paths = { log: unfinished(join(folder, 'events')), places: unfinished(join(folder, 'places')) }
  const files = Object.values(paths).flatMap((path) => ['', '-wal', '-shm'].map((suffix) => path + suffix))
  const tidy = () => Promise.all(files.map((path) => rm(path, { force: true })))
  try {
    await tidy()
    if (before) await beginWith(before, folder, paths.log)
    const manifest = await backUp(options, paths, before !== undefined)
    await removeOld(folder, manifest)
    return manifest
  } finally {
    await tidy()
    unlock()
  }
}

async function backUp(
  options: BackupOptions,
  paths: { readonly log: string; readonly places: string },
  hasBefore: boolean,
): Promise<BackupManifest> {
  const { folder, logPath } = options
  const copy = openLogCopy(paths.log, logPath)
  const places = openMediaPlaces(paths.places)
  try {
    if (!copy.isOfSource())
      throw new BackupRefused(`${folder} has a backup of another log: choose another folder`)
    await reachConsistency(options, copy, places)
    const position = copy.position()
    const lastEvent = copy.lastEvent()
    const open = countOpen(options, copy, places)
    copy.finish()
    options.progress.start('checking the log', undefined)
    const fault = faultOfLogFile(paths.log, position)
    if (fault !== undefined) throw new BackupRefused(`the copy of ${logPath} is not sound: ${fault}`)
    const log = await digestOf(paths.log, options.signal)
    const secret = options.secret()
    const manifest: BackupManifest = {
      format: BACKUP_FORMAT,
      framelog: options.version,
      made_at: new Date().toISOString(),
      log: { file: `events-${log.sha256.slice(0, 16)}.db`, ...log, position, last_event: lastEvent },
      secret_key: { included: secret.isInDataDir, check: keyCheck(secret.key) },
      media: { ...(await listMedia(folder, places)), ...open },
      storage: places.storages().map(({ storage_id, objects }) => {
        const backend = options.backends.find(({ id }) => id === storage_id)
        const label = backend?.label
        return { id: storage_id, ...(label && { label }), is_copied: backend?.type === 'filesystem', objects }
      }),
    }
    if (secret.isInDataDir) await writeDurably(join(folder, 'secret.key'), secret.key, 0o600)
    await putInPlace(paths.log, join(folder, manifest.log.file))
    options.signal.throwIfAborted()
    await writeManifest(folder, manifest)
    if (hasBefore) await forgetMedia(options, places)
    return manifest
  } finally {
    copy.close()
    places.close()
  }
}

/** Of the objects that ought to have been copied and were not. */
function countOpen({ backends }: BackupOptions, copy: LogCopy, places: MediaPlaces) {
  let [not_uploaded, missing] = [0, 0]
  for (const { id, type } of backends) {
    if (type !== 'filesystem') continue
    for (let after = ''; ; ) {
      const page = places.open(id, after, 1_000)
      if (page.length === 0) break
      after = page.at(-1)!.key
      for (const { object_id } of page) {
        if (copy.hasEvent(streamName.object(object_id), 'ObjectReferenced')) missing += 1
        else not_uploaded += 1
      }
    }
  }
  return { not_uploaded, missing }
}

async function listMedia(folder: string, places: MediaPlaces) {
  const path = unfinished(join(folder, 'media-list'))
  const { sha256, objects, bytes } = await writeMediaList(path, places.copies())
  const list = `media-${sha256.slice(0, 16)}.txt`
  await putInPlace(path, join(folder, list))
  return { list, sha256, objects, bytes }
}

/** The log of the backup before is gone on with, where it is sound. */
async function beginWith({ log }: BackupManifest, folder: string, path: string): Promise<void> {
  const file = join(folder, log.file)
  if (!existsSync(file)) return
  await copyFile(file, path)
  if ((await digestOf(path)).sha256 !== log.sha256) await rm(path)
}

/** @throws BackupRefused where the folder has something else */
async function requireOwn(folder: string): Promise<void> {
  if (!existsSync(folder)) return
  const names = await readdir(folder)
  if (names.length === 0 || names.includes('backup.lock')) return
  throw new BackupRefused(`${folder} is not empty, and no backup: choose another folder`)
}
