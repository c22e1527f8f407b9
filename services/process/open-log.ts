import { openMirroredLog } from '../adapters/event-log/mirrored/open-mirrored-log.ts'
import { kindOfLogFile } from '../adapters/event-log/sqlite/log-file.ts'
import {
  openSqliteEventLog,
  type SqliteEventLogOptions,
} from '../adapters/event-log/sqlite/open-sqlite-event-log.ts'
import type { BatchMetrics } from '../adapters/event-log/sqlite/writer-thread.ts'
import type { Config } from '../config/config.ts'
import { InvalidConfig } from '../config/invalid-config.ts'
import { logPath } from '../config/log-place.ts'
import type { Logger } from '../observability/logger.ts'
import type { EventLog } from '../ports/event-log.ts'
import { type MirrorHealth, mirrorHealth } from './mirror-health.ts'

export type LogConfig = Pick<Config, 'DATA_DIR' | 'LOG_DIR' | 'EVENTSTORE_URL'>

export type OpenedLog = {
  readonly log: EventLog
  /** Where the log is on an EventStoreDB. */
  readonly mirror: MirrorHealth | undefined
}

/**
 * The event log, for a thread that appends or keeps checkpoints, beside whoever started the log of this data directory.
 * @throws InvalidConfig where the data directory has another kind of log
 */
export function openLog(
  config: LogConfig,
  options: Pick<SqliteEventLogOptions, 'startsAtOnce'> = {},
): EventLog {
  const { EVENTSTORE_URL } = config
  const path = checkedFile(config)
  return EVENTSTORE_URL === undefined
    ? openSqliteEventLog({ path, ...options })
    : openMirroredLog({ path, url: EVENTSTORE_URL, keeps: false })
}

/**
 * The event log, for a process that is to work whether or not another one has this data directory open: it keeps the mirror,
 * if there is one and nobody else does.
 * @returns once all is here that was in the log
 * @throws InvalidConfig where the data directory has another kind of log, or the mirror of another database
 */
export async function startLog(
  config: LogConfig,
  logger: Logger,
  metrics: BatchMetrics = {},
): Promise<OpenedLog> {
  const { EVENTSTORE_URL } = config
  const path = checkedFile(config)
  if (EVENTSTORE_URL === undefined) return { log: openSqliteEventLog({ path, metrics }), mirror: undefined }
  const log = openMirroredLog({
    path,
    url: EVENTSTORE_URL,
    keeps: true,
    metrics,
    onError: (err) => logger.error({ err }, 'the mirror of the event log has stopped; it is started again'),
  })
  const mirror = mirrorHealth(log, logger)
  try {
    await mirror.caughtUp()
  } catch (error) {
    await log.close()
    throw error
  }
  return { log, mirror }
}

function checkedFile(config: LogConfig): string {
  const { EVENTSTORE_URL: url } = config
  const path = logPath(config)
  const kind = kindOfLogFile(path)
  if (kind === 'mirror' && url === undefined)
    throw new InvalidConfig(
      `${path} is the mirror of an EventStoreDB, no event log: set EVENTSTORE_URL, or give the service another DATA_DIR`,
    )
  if (kind === 'log' && url !== undefined)
    throw new InvalidConfig(
      `${path} is an event log, no mirror of the EventStoreDB that EVENTSTORE_URL names: give the service another DATA_DIR`,
    )
  return path
}
