import { type EventStoreDBClient, jsonEvent } from '@eventstore/db-client'
import { appendToStream } from './append-to-stream.ts'
import { readOfStream } from './read-request.ts'
import type { ServerConnection } from './server-connection.ts'

export type OneEventStreams = {
  /** The data of a stream's last event. */
  load(stream: string): Promise<unknown>
  /** The same with its revision. */
  last(stream: string): Promise<{ readonly revision: number; readonly data: unknown } | undefined>
  /**
   * Saves where the stream is still at this revision. To be repeated with the same id only.
   * @returns whether it is saved
   */
  saveAt(
    stream: string,
    expected: 'none' | number,
    type: string,
    data: Record<string, unknown>,
    id: string,
  ): Promise<boolean>
  /** @param id the same for each attempt, so that the server knows it again */
  save(stream: string, type: string, data: Record<string, unknown>, id: string): Promise<void>
}

/** Streams of which only the last event counts: the server drops the others. */
export function oneEventStreams({ client, read }: ServerConnection): OneEventStreams {
  const limited = new Set<string>()
  const last: OneEventStreams['last'] = async (stream) => {
    const [event] = await read(readOfStream(stream, undefined, 1))
    return event && { revision: Number(event.revision), data: event.data }
  }
  const limit = async (stream: string): Promise<void> => {
    if (limited.has(stream)) return
    await limitToOne(client, stream)
    limited.add(stream)
  }
  return {
    load: async (stream) => (await last(stream))?.data,
    last,
    async saveAt(stream, expected, type, data, id) {
      await limit(stream)
      const revision = expected === 'none' ? 'no_stream' : BigInt(expected)
      return (await appendToStream(client, stream, [jsonEvent({ id, type, data })], revision)) === undefined
    },
    async save(stream, type, data, id) {
      await limit(stream)
      await appendToStream(client, stream, [jsonEvent({ id, type, data })])
    },
  }
}

/** Where it was told so before, it stays as it is. */
async function limitToOne(client: EventStoreDBClient, stream: string): Promise<void> {
  const metadata = jsonEvent({ type: '$metadata', data: { $maxCount: 1 } })
  await appendToStream(client, `$$${stream}`, [metadata], 'no_stream')
}
