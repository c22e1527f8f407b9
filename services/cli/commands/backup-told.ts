import { SQLITE_FULL, sqliteCode } from '../../adapters/event-log/sqlite/sqlite-error.ts'
import type { BackupManifest } from '../../backup/manifest.ts'
import { MediaStoreUnavailable } from '../../ports/media-store.ts'
import { Failure } from '../failure.ts'
import { printLine, printNote } from '../output.ts'
import { sizeText } from '../progress.ts'

export function tellOfBackup({ log, media, secret_key, storage }: BackupManifest): void {
  printLine(`log      ${log.position} events (${sizeText(log.bytes)})`)
  printLine(`media    ${media.objects} objects (${sizeText(media.bytes)})`)
  printLine(`secret   ${secret_key.included ? 'secret.key' : 'not included: it is the SECRET_KEY'}`)
  for (const { id, label, is_copied, objects } of storage) {
    if (!is_copied)
      printNote(`not included: ${objects} objects of storage backend ${label ?? id}, which is no folder`)
  }
  if (media.missing > 0) {
    printNote(`warning: ${media.missing} objects are in use and could not be read: run framelog reconcile`)
  }
}

/** A disk that is full or away is nothing to show a stack for. */
export async function withReadableFaults<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (sqliteCode(error) === SQLITE_FULL) throw new Failure('the disk is full')
    if (!(error instanceof MediaStoreUnavailable)) throw error
    const { cause } = error
    throw new Failure(cause instanceof Error ? cause.message : error.message)
  }
}
