import { type EventStoreDBClient, jsonEvent } from '@eventstore/db-client'
import { appendToStream } from './append-to-stream.ts'
import { readOfStream } from './read-request.ts'
import type { ServerConnection } from './server-connection.ts'

export type OneEventStreams = {
  /** The data of a stream's last event. */
  load(stream: string): Promise<unknown>
  /** @param id the same for each attempt, so that the server knows it again */
  save(stream: string, type: string, data: Record<string, unknown>, id: string): Promise<void>
}

/** Streams of which only the last event counts: the server drops the others. */
export function oneEventStreams({ client, read }: ServerConnection): OneEventStreams {
  const limited = new Set<string>()
  return {
    async load(stream) {
      const [event] = await read(readOfStream(stream, undefined, 1))
      return event?.data
    },
    async save(stream, type, data, id) {
      if (!limited.has(stream)) {
        await limitToOne(client, stream)
        limited.add(stream)
      }
      await appendToStream(client, stream, [jsonEvent({ id, type, data })])
    },
  }
}

/** Where it was told so before, it stays as it is. */
async function limitToOne(client: EventStoreDBClient, stream: string): Promise<void> {
  const metadata = jsonEvent({ type: '$metadata', data: { $maxCount: 1 } })
  await appendToStream(client, `$$${stream}`, [metadata], 'no_stream')
}
