import { openMirroredLog } from '../../../../../../services/adapters/event-log/mirrored/open-mirrored-log.ts'
import type { EventLog } from '../../../../../../services/ports/event-log.ts'
import { eventLogContract, type OpenedLog } from '../../../../../ports/event-log-contract.ts'
import { temporaryPath } from '../../../../../support/event-log/temporary-log.ts'
import { startEventStore } from '../../../../../support/eventstore/start-event-store.ts'

async function open(): Promise<OpenedLog> {
  const server = await startEventStore()
  const { path, remove } = temporaryPath()
  const logs: EventLog[] = []
  const reopen = async () => {
    const log = openMirroredLog({ path, url: server.url, keeps: true })
    logs.push(log)
    return log
  }
  return {
    log: await reopen(),
    reopen,
    async dispose() {
      await Promise.all(logs.map((log) => log.close()))
      await server.close()
      remove()
    },
  }
}

eventLogContract('EventStoreDB with a mirror', open)
