import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { kindOfLogFile } from '../../adapters/event-log/sqlite/log-file.ts'
import { makeBackup } from '../../backup/make-backup.ts'
import { checkBackup, verifyMedia } from '../../backup/verify-backup.ts'
import { loadConfig } from '../../config/config.ts'
import { logDir, logPath } from '../../config/log-place.ts'
import { secretKey } from '../../process/secret-key.ts'
import { VERSION } from '../../process/version.ts'
import { type BarsInTurn, barsInTurn } from '../bars-in-turn.ts'
import { Failure } from '../failure.ts'
import { printJson, printLine } from '../output.ts'
import { tellOfBackup, withReadableFaults } from './backup-told.ts'
import { listenForInterruption } from './interruption.ts'

export type BackupFlags = { readonly verify?: boolean; readonly json?: boolean }

export async function runBackup(folder: string, { verify, json = false }: BackupFlags): Promise<void> {
  const { aborted: signal, end } = listenForInterruption(false)
  const bars = barsInTurn()
  try {
    await withReadableFaults(() =>
      verify ? verifyIn(folder, json, bars, signal) : backUpTo(folder, json, bars, signal),
    )
  } finally {
    bars.stop()
    end()
  }
}

async function backUpTo(folder: string, json: boolean, progress: BarsInTurn, signal: AbortSignal) {
  const config = loadConfig(process.env)
  const { SECRET_KEY, storageBackends: backends } = config
  const dataDir = logDir(config)
  const path = logPath(config)
  if (config.EVENTSTORE_URL !== undefined || kindOfLogFile(path) === 'mirror')
    throw new Failure(
      `the event log is on an EventStoreDB, and ${path} only a mirror of it: back up the EventStoreDB, and the objects where they are stored`,
    )
  const manifest = await makeBackup({
    dataDir,
    logPath: path,
    folder,
    backends,
    secret: () => secretOf(dataDir, SECRET_KEY),
    version: VERSION,
    signal,
    progress,
  })
  progress.stop()
  if (json) return printJson(manifest)
  tellOfBackup(manifest)
}

/** None is made here: it would not be the one that the service works with. */
function secretOf(dataDir: string, configured: string | undefined) {
  if (configured === undefined && !existsSync(join(dataDir, 'secret.key')))
    throw new Failure(`${dataDir} has no secret.key: set SECRET_KEY as the service has it`)
  return { key: secretKey(dataDir, configured), isInDataDir: configured === undefined }
}

async function verifyIn(folder: string, json: boolean, progress: BarsInTurn, signal: AbortSignal) {
  progress.start('checking the log', undefined)
  const manifest = await checkBackup(folder, signal)
  const wrong = await verifyMedia(folder, manifest, progress, signal)
  progress.stop()
  if (json) printJson({ ...manifest, wrong_objects: wrong })
  if (wrong > 0) throw new Failure(`${wrong} of ${manifest.media.objects} objects are not what was backed up`)
  if (!json) printLine(`the backup of ${manifest.made_at}, at position ${manifest.log.position}, is whole`)
}
