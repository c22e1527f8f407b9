import { randomUUID } from 'node:crypto'
import { type EventStoreDBClient, jsonEvent } from '@eventstore/db-client'
import { appendToStream } from '../eventstore/append-to-stream.ts'
import { LET_GO } from './arrivals.ts'

/** Nothing of it is ever removed: it is part of the order that everyone comes to. */
const STREAM = 'framelog-let-go'

/** Tells everyone who puts events in order that nobody is to wait any longer for the rest of an append. */
export async function tellLetGo(client: EventStoreDBClient, append: string): Promise<void> {
  await appendToStream(client, STREAM, [jsonEvent({ id: randomUUID(), type: LET_GO, data: { append } })])
}
