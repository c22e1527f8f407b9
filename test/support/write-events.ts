import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import type { DomainEvent } from '../../contracts/events/domain-event.ts'
import { openSqliteEventLog } from '../../services/adapters/event-log/sqlite/open-sqlite-event-log.ts'

/** Writes to the log of a service that is not running: what another release, or one that died, left there. */
export async function writeEvents(
  dataDir: string,
  stream: string,
  ...events: readonly DomainEvent[]
): Promise<void> {
  const log = openSqliteEventLog({ path: join(dataDir, 'events.db') })
  const context = { commandId: randomUUID(), actor: 'ada', correlationId: 'test', causationId: null }
  await log.append(context, [{ stream, expectedRevision: 'any', events }])
  await log.close()
}
