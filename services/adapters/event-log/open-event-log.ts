import type { EventLog } from '../../ports/event-log.ts'
import { openSqliteEventLog } from './sqlite/open-sqlite-event-log.ts'

/** Opens the event log at `location`: the path of an embedded log's file. */
export const openEventLog = (location: string): EventLog => openSqliteEventLog({ path: location })
