import { openEventStoreLog } from '../../../../../../services/adapters/event-log/eventstore/open-eventstore-log.ts'
import type { EventLog } from '../../../../../../services/ports/event-log.ts'
import { eventLogContract, type OpenedLog } from '../../../../../ports/event-log-contract.ts'
import { startEventStore } from '../../../../../support/eventstore/start-event-store.ts'

async function open(): Promise<OpenedLog> {
  const server = await startEventStore()
  const logs: EventLog[] = []
  const reopen = async () => {
    const log = openEventStoreLog({ url: server.url })
    logs.push(log)
    return log
  }
  return {
    log: await reopen(),
    reopen,
    async dispose() {
      await Promise.all(logs.map((log) => log.close()))
      await server.close()
    },
  }
}

eventLogContract('EventStoreDB', open)
