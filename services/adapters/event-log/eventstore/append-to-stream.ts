import {
  type AppendExpectedRevision,
  type AppendResult,
  type EventStoreDBClient,
  type JSONEventData,
  WrongExpectedVersionError,
} from '@eventstore/db-client'
import { append } from '@eventstore/db-client/dist/streams/appendToStream/append.js'

const DEADLINE_MS = 10_000

/**
 * One call an append. The client would have all of a process share one call and one list of who waits for an answer: when
 * a connection is lost, it forgets all of them, and an answer that comes to one of these ends the process.
 */
const callAppend = append as unknown as (
  this: EventStoreDBClient,
  stream: string,
  events: JSONEventData[],
  options: {
    readonly expectedRevision: AppendExpectedRevision
    readonly requiresLeader: boolean
    readonly deadline: number
  },
) => Promise<AppendResult>

/**
 * Appends to one stream, whole or not at all; once, however often it is called, where an expected revision is given.
 * @returns the revision the stream is at instead of the expected one, -1 where it has no events
 * @throws the client's errors: whether it was written is not known
 */
export async function appendToStream(
  client: EventStoreDBClient,
  stream: string,
  events: JSONEventData[],
  expectedRevision: AppendExpectedRevision = 'any',
): Promise<number | undefined> {
  try {
    const options = { expectedRevision, requiresLeader: true, deadline: DEADLINE_MS }
    await callAppend.call(client, stream, events, options)
    return undefined
  } catch (error) {
    if (!(error instanceof WrongExpectedVersionError)) throw error
    return typeof error.actualVersion === 'bigint' ? Number(error.actualVersion) : -1
  }
}
