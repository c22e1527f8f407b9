import type * as Pb from '@eventstore/db-client/generated/streams_pb.js'
import streamsPb from '@eventstore/db-client/generated/streams_pb.js'
import {
  appendResponse,
  batchResponse,
  expectedOf,
  expectedOfBatch,
  invalid,
  proposedOf,
} from './append-calls.ts'
import type { EventStore, Expected, Proposed } from './event-store.ts'
import { errorOf, type Faults } from './faults.ts'
import type { ServerError } from './grpc.ts'
import { eventResponse, eventsOf, nameOf, notFound, readingOf } from './read-call.ts'
import { startSubscription } from './subscription-call.ts'

export type ServiceTools = {
  readonly store: EventStore
  readonly faults: Faults
  /** Loses all connections. */
  readonly cut: () => void
  /** How many events a read or a subscription sends before it lets others go on. */
  readonly pause: () => Promise<void>
}

type Callback<T> = (error: ServerError | null, response?: T) => void
type Incoming<T> = AsyncIterable<T>
export type Outgoing<T> = {
  readonly request: Pb.ReadReq
  write(response: T): boolean
  end(): void
  emit(event: 'error', error: unknown): void
  once(event: 'drain' | 'cancelled' | 'close', listener: () => void): void
  readonly cancelled: boolean
}
type Unary<T> = { readonly request: T }

/** The service of streams, as its definition has it. */
export function streamsService(tools: ServiceTools) {
  const { store, faults, cut } = tools
  return {
    read: (call: Outgoing<Pb.ReadResp>) => {
      read(tools, call).catch((error: unknown) => call.emit('error', error))
    },
    append: (call: Incoming<Pb.AppendReq>, callback: Callback<Pb.AppendResp>) => {
      append(tools, call).then(
        (response) => response && callback(null, response),
        (error: ServerError) => callback(error),
      )
    },
    batchAppend: (call: BatchCall) => batchAppend(tools, call),
    delete: ({ request }: Unary<Pb.DeleteReq>, callback: Callback<Pb.DeleteResp>) => {
      store.remove(nameOf(request.getOptions()?.getStreamIdentifier()), false)
      callback(null, new streamsPb.DeleteResp())
    },
    tombstone: ({ request }: Unary<Pb.TombstoneReq>, callback: Callback<Pb.TombstoneResp>) => {
      store.remove(nameOf(request.getOptions()?.getStreamIdentifier()), true)
      callback(null, new streamsPb.TombstoneResp())
    },
  }

  async function read({ pause }: ServiceTools, call: Outgoing<Pb.ReadResp>): Promise<void> {
    const reading = readingOf(call.request)
    const fault = faults(reading.count === undefined ? 'subscription' : 'read')
    if (fault === 'cut before') return cut()
    if (fault !== undefined && fault !== 'cut after') throw errorOf(fault)
    if (reading.count === undefined) return startSubscription(tools, call, reading)
    const events = eventsOf(store, reading)
    if (events === 'not found') call.write(notFound(reading.stream ?? ''))
    else {
      for (const [n, event] of events.entries()) {
        if (fault === 'cut after' && n >= events.length / 2) return cut()
        if (!call.write(eventResponse(event)))
          await new Promise<void>((drained) => call.once('drain', drained))
        await pause()
        if (call.cancelled) return
      }
    }
    call.end()
  }
}

/** @returns nothing where the connection is lost instead */
async function append(
  { store, faults, cut }: ServiceTools,
  call: Incoming<Pb.AppendReq>,
): Promise<Pb.AppendResp | undefined> {
  let options: Pb.AppendReq.Options | undefined
  const events: Proposed[] = []
  for await (const request of call) {
    if (!options) {
      options = request.getOptions()
      if (!options) throw invalid('the first message has no options')
    } else {
      const message = request.getProposedMessage()
      if (!message) throw invalid('a message of no event')
      events.push(proposedOf(message))
    }
  }
  if (!options) throw invalid('no messages')
  const fault = faults('append')
  if (fault === 'cut before') return void cut()
  if (fault !== undefined && fault !== 'cut after') throw errorOf(fault)
  const stream = nameOf(options.getStreamIdentifier())
  const expected = expectedOf(options)
  const appended = store.append(stream, expected, events)
  if (fault === 'cut after') return void cut()
  return appendResponse(stream, expected, appended)
}

type BatchCall = Outgoing<Pb.BatchAppendResp> & {
  on(event: 'data', listener: (request: Pb.BatchAppendReq) => void): void
  on(event: 'end' | 'error', listener: () => void): void
}
type Batch = { readonly stream: string; readonly expected: Expected; readonly events: Proposed[] }

/** Takes appends as they come, each of them in one message or several. */
function batchAppend({ store, faults, cut }: ServiceTools, call: BatchCall): void {
  const open = new Map<string, Batch>()

  function take(request: Pb.BatchAppendReq): void {
    const id = request.getCorrelationId()?.getString() ?? ''
    const options = request.getOptions()
    if (options) {
      if (!options.hasDeadline()) throw invalid('no deadline')
      const stream = nameOf(options.getStreamIdentifier())
      open.set(id, { stream, expected: expectedOfBatch(options), events: [] })
    }
    const batch = open.get(id)
    if (!batch) throw invalid('the first message has no options')
    batch.events.push(...request.getProposedMessagesList().map(proposedOf))
    if (!request.getIsFinal()) return
    open.delete(id)
    const { stream, expected, events } = batch
    const fault = faults('batch append')
    if (fault === 'timeout') call.write(batchResponse(id, stream, expected, 'timeout'))
    else if (fault === 'cut before') cut()
    else if (fault !== undefined && fault !== 'cut after') throw errorOf(fault)
    else {
      const appended = store.append(stream, expected, events)
      if (fault === 'cut after') cut()
      else call.write(batchResponse(id, stream, expected, appended))
    }
  }

  call.on('error', () => {})
  call.on('end', () => call.end())
  call.on('data', (request) => {
    try {
      take(request)
    } catch (error) {
      call.emit('error', error)
    }
  })
}
