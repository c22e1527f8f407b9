import {
  type AppendExpectedRevision,
  type EventStoreDBClient,
  type JSONEventData,
  WrongExpectedVersionError,
} from '@eventstore/db-client'

const DEADLINE_MS = 10_000
/** The client waits for ever where a server ends the connection that it batches appends on without a word. */
const SILENCE_MS = 12_000
const DEADLINE_EXCEEDED = 4

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
  let timer: NodeJS.Timeout | undefined
  const silence = new Promise<never>((_, reject) => {
    const tell = () => reject(Object.assign(new Error('no answer to an append'), { code: DEADLINE_EXCEEDED }))
    timer = setTimeout(tell, SILENCE_MS)
  })
  try {
    const options = { expectedRevision, requiresLeader: true, deadline: DEADLINE_MS }
    await Promise.race([client.appendToStream(stream, events, options), silence])
    return undefined
  } catch (error) {
    if (!(error instanceof WrongExpectedVersionError)) throw error
    return typeof error.actualVersion === 'bigint' ? Number(error.actualVersion) : -1
  } finally {
    clearTimeout(timer)
  }
}
