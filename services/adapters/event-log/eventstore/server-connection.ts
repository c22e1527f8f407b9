import { EventStoreDBClient, type JSONRecordedEvent } from '@eventstore/db-client'
import { convertToCommandError } from '@eventstore/db-client/dist/utils/CommandError.js'
import { convertGrpcEvent } from '@eventstore/db-client/dist/utils/convertGrpcEvent.js'
import streamsGrpc from '@eventstore/db-client/generated/streams_grpc_pb.js'
import type { ReadResp } from '@eventstore/db-client/generated/streams_pb.js'
import { checkedUrl } from './checked-url.ts'
import type { ReadRequest } from './read-request.ts'

export type ServerConnection = {
  readonly client: EventStoreDBClient
  /**
   * What a read finds, no more of it than fits into `maxBytes` unless that is a single event.
   * @throws the client's errors, gRPC's
   */
  read(request: ReadRequest, maxBytes?: number): Promise<JSONRecordedEvent[]>
  close(): Promise<void>
}

/** Long enough for a read to pass over many events that are not wanted. */
const READ_DEADLINE_MS = 30_000

type GrpcStream = AsyncIterable<ReadResp> & { cancel(): void }

/** What the client keeps for its own modules: it has no reads of all streams that the server filters. */
type Inner = {
  GRPCStreamCreator(
    service: typeof streamsGrpc.StreamsClient,
    name: string,
    create: (client: { read(request: ReadRequest, ...args: unknown[]): GrpcStream }) => GrpcStream,
  ): () => Promise<GrpcStream>
  callArguments(options: { requiresLeader: boolean; deadline: number }): unknown[]
  getChannel(): Promise<{ close(): void }>
}

/** @param url as EventStoreDB's clients take it: hosts, TLS and credentials. @throws TypeError where it is none. */
export function connectToServer(url: string): ServerConnection {
  const client = clientOf(url)
  const inner = client as unknown as Inner

  /** A node that is not the leader may not have yet what another was told is written. */
  const startRead = (request: ReadRequest): Promise<GrpcStream> =>
    inner.GRPCStreamCreator(streamsGrpc.StreamsClient, 'read', (streams) =>
      streams.read(request, ...inner.callArguments({ requiresLeader: true, deadline: READ_DEADLINE_MS })),
    )()

  return {
    client,
    async read(request, maxBytes = Number.POSITIVE_INFINITY) {
      const found: JSONRecordedEvent[] = []
      const stream = await startRead(request)
      let bytes = 0
      try {
        for await (const response of stream) {
          if (!response.hasEvent()) continue
          const event = response.getEvent()!
          bytes += event.getEvent()?.getData_asU8().length ?? 0
          if (bytes > maxBytes && found.length > 0) break
          const { event: record } = convertGrpcEvent(event)
          if (record) found.push(record as JSONRecordedEvent)
        }
      } catch (error) {
        throw error instanceof Error ? convertToCommandError(error) : error
      } finally {
        stream.cancel()
      }
      return found
    },
    async close() {
      await client.dispose()
      ;(await inner.getChannel()).close()
    },
  }
}

function clientOf(url: string): EventStoreDBClient {
  const checked = checkedUrl(url)
  try {
    return EventStoreDBClient.connectionString(checked)
  } catch (error) {
    // What the client says of a URL that it cannot read holds parts of it, and it may have a password.
    if (error instanceof Error && 'connectionString' in error)
      throw new TypeError('the URL of the event log is none of EventStoreDB’s')
    throw error
  }
}
