import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  openSqliteEventLog,
  type SqliteEventLogOptions,
} from '../../../services/adapters/event-log/sqlite/open-sqlite-event-log.ts'
import type { EventLog } from '../../../services/ports/event-log.ts'

export type TemporaryLog = {
  readonly path: string
  readonly log: EventLog
  /** Opens the same file once more, as often as wanted. */
  reopen(): Promise<EventLog>
  dispose(): Promise<void>
}

/** A path for a log that does not exist yet, in a folder of its own. */
export function temporaryPath(): { readonly path: string; remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), 'event-log-'))
  return {
    path: join(folder, 'log', 'events.db'),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}

export async function temporaryLog(options: Omit<SqliteEventLogOptions, 'path'> = {}): Promise<TemporaryLog> {
  const { path, remove } = temporaryPath()
  const open = (): EventLog => openSqliteEventLog({ ...options, path })
  const logs = [open()]
  return {
    path,
    log: logs[0]!,
    async reopen() {
      const log = open()
      logs.push(log)
      return log
    },
    async dispose() {
      await Promise.all(logs.map((log) => log.close()))
      remove()
    },
  }
}
