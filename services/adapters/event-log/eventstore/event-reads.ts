import type { RecordedEvent } from '../../../../contracts/events/recorded-event.ts'
import { commitToReadFrom } from './position.ts'
import { ANY_DOMAIN_EVENT, readOfAll, readOfStream } from './read-request.ts'
import type { ServerConnection } from './server-connection.ts'
import { recordedEvent } from './stored-event.ts'

/** Reads, each of them once: to be repeated by whoever has the patience. */
export type EventReads = {
  /** The log's last event. */
  last(): Promise<RecordedEvent | undefined>
  /** A stream's last event. */
  lastOf(stream: string): Promise<RecordedEvent | undefined>
  after(position: number, limit: number, types?: string, maxBytes?: number): Promise<RecordedEvent[]>
  ofStream(stream: string, fromRevision: number, limit: number): Promise<RecordedEvent[]>
  /** The last events of a stream, the last one first. */
  endOf(stream: string, limit: number): Promise<RecordedEvent[]>
}

export function eventReads({ read }: ServerConnection): EventReads {
  const endOf = async (stream: string, limit: number) =>
    (await read(readOfStream(stream, undefined, limit))).map(recordedEvent)
  return {
    last: async () => (await read(readOfAll(undefined, ANY_DOMAIN_EVENT, 1))).map(recordedEvent)[0],
    lastOf: async (stream) => (await endOf(stream, 1))[0],
    endOf,
    async after(position, limit, types = ANY_DOMAIN_EVENT, maxBytes = undefined) {
      if (limit <= 0) return []
      // The server begins with the event that is at the position, if it is one's.
      const found = await read(readOfAll(commitToReadFrom(position), types, limit + 1), maxBytes)
      return found
        .map(recordedEvent)
        .filter((event) => event.position > position)
        .slice(0, limit)
    },
    async ofStream(stream, fromRevision, limit) {
      if (limit <= 0) return []
      const events = (await read(readOfStream(stream, fromRevision, limit))).map(recordedEvent)
      const [first] = events
      if (
        first &&
        (first.revision !== fromRevision || events.at(-1)!.revision !== fromRevision + events.length - 1)
      )
        throw new Error(`the event log is damaged: events of ${stream} from ${fromRevision} are missing`)
      return events
    },
  }
}
