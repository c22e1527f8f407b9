import sharedPb from '@eventstore/db-client/generated/shared_pb.js'
import type * as Pb from '@eventstore/db-client/generated/streams_pb.js'
import streamsPb from '@eventstore/db-client/generated/streams_pb.js'
import type { EventStore, Kept } from './event-store.ts'
import { grpc, serverError } from './grpc.ts'

/** What a reader asks for, once it is known to be well-formed. */
export type Reading = {
  /** Undefined for all streams. */
  readonly stream: string | undefined
  readonly from: 'start' | 'end' | number
  readonly backwards: boolean
  /** Undefined for a subscription. */
  readonly count: number | undefined
  readonly isWanted: (event: Kept) => boolean
  /** How many events a subscription passes over before it tells where it is. */
  readonly checkpointEvery: number
}

const { ReadReq, ReadResp } = streamsPb
const { Options } = ReadReq

/** @throws the server's error where the request is not as the protocol has it */
export function readingOf(request: Pb.ReadReq): Reading {
  const options = request.getOptions()
  if (!options?.hasUuidOption()) throw invalid('no options, or none for UUIDs')
  if (!options.getUuidOption()?.hasString()) throw invalid('UUIDs are told as text here')
  const count = options.hasCount() ? Number(options.getCount()) : undefined
  if (count === undefined && !options.hasSubscription()) throw invalid('neither a count nor a subscription')
  if (count !== undefined && count <= 0) throw invalid('a count of none')
  const isOfAll = options.hasAll()
  if (!isOfAll && !options.hasStream()) throw invalid('neither all streams nor one')
  if (!options.hasFilter() && !options.hasNoFilter()) throw invalid('neither a filter nor none')
  if (options.hasFilter() && !isOfAll) throw invalid('a filter is for all streams')
  const filter = options.getFilter()
  return {
    stream: isOfAll ? undefined : nameOf(options.getStream()?.getStreamIdentifier()),
    from: isOfAll ? fromOfAll(options.getAll()!) : fromOfStream(options.getStream()!),
    backwards: options.getReadDirection() === Options.ReadDirection.BACKWARDS,
    count,
    isWanted: filter ? matcherOf(filter) : () => true,
    checkpointEvery: (filter?.getMax() || 1) * (filter?.getCheckpointintervalmultiplier() ?? 1),
  }
}

export const nameOf = (identifier: { getStreamName_asU8(): Uint8Array } | undefined): string =>
  Buffer.from(identifier?.getStreamName_asU8() ?? []).toString()

const invalid = (details: string) => serverError(grpc.status.INVALID_ARGUMENT, undefined, details)

function fromOfAll(all: Pb.ReadReq.Options.AllOptions): Reading['from'] {
  if (all.hasStart()) return 'start'
  return all.hasEnd() ? 'end' : Number(all.getPosition()?.getCommitPosition())
}

function fromOfStream(stream: Pb.ReadReq.Options.StreamOptions): Reading['from'] {
  if (stream.hasStart()) return 'start'
  return stream.hasEnd() ? 'end' : Number(stream.getRevision())
}

function matcherOf(filter: Pb.ReadReq.Options.FilterOptions): (event: Kept) => boolean {
  if (!filter.hasMax() && !filter.hasCount()) throw invalid('a filter without a window')
  if (filter.getCheckpointintervalmultiplier() <= 0) throw invalid('a filter that never tells where it is')
  const expression = filter.getEventType() ?? filter.getStreamIdentifier()
  if (!expression) throw invalid('a filter of nothing')
  const regex = expression.getRegex() ? new RegExp(expression.getRegex(), 'u') : undefined
  const prefixes = expression.getPrefixList()
  const textOf = (event: Kept): string => (filter.hasEventType() ? event.type : event.stream)
  return (event) => regex?.test(textOf(event)) ?? prefixes.some((prefix) => textOf(event).startsWith(prefix))
}

/**
 * What a read finds, or a subscription has found so far.
 * @throws the server's error where there is no such place
 */
export function eventsOf(store: EventStore, reading: Reading): readonly Kept[] | 'not found' {
  const events = reading.stream === undefined ? store.all : store.stream(reading.stream)
  if (events === 'deleted')
    throw serverError(grpc.status.FAILED_PRECONDITION, 'stream-deleted', 'deleted', {
      'stream-name': reading.stream!,
    })
  const { from, backwards, count } = reading
  if (reading.stream !== undefined && events.length === 0) return count === undefined ? [] : 'not found'
  if (reading.stream === undefined && typeof from === 'number' && !store.isRecord(from))
    throw serverError(grpc.status.UNKNOWN, undefined, `Prefix length inconsistency at position ${from}`)
  if ((from === 'end') !== backwards && typeof from !== 'number') return []
  const placeOf = (event: Kept): number => (reading.stream === undefined ? event.position : event.revision)
  const step = backwards ? -1 : 1
  const found: Kept[] = []
  for (let n = indexFrom(events, from, backwards, placeOf); events[n]; n += step) {
    if (reading.isWanted(events[n]!)) found.push(events[n]!)
    if (found.length === count) break
  }
  return found
}

/** Of the first event that a read gives: the log may be long. */
function indexFrom(
  events: readonly Kept[],
  from: Reading['from'],
  backwards: boolean,
  placeOf: (event: Kept) => number,
): number {
  if (typeof from !== 'number') return backwards ? events.length - 1 : 0
  let [low, high] = [0, events.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (placeOf(events[middle]!) < from) low = middle + 1
    else high = middle
  }
  if (!backwards) return low
  return events[low] && placeOf(events[low]!) === from ? low : low - 1
}

export function eventResponse(event: Kept): Pb.ReadResp {
  const position = String(event.position)
  const recorded = new ReadResp.ReadEvent.RecordedEvent()
    .setId(new sharedPb.UUID().setString(event.id))
    .setStreamIdentifier(identifier(event.stream))
    .setStreamRevision(String(event.revision))
    .setPreparePosition(position)
    .setCommitPosition(position)
    .setData(event.data)
    .setCustomMetadata(event.metadata)
  const map = recorded.getMetadataMap()
  map.set('type', event.type)
  map.set('content-type', event.contentType)
  map.set('created', String(BigInt(event.createdMs) * 10_000n))
  return new ReadResp().setEvent(new ReadResp.ReadEvent().setEvent(recorded).setCommitPosition(position))
}

export const identifier = (stream: string) =>
  new sharedPb.StreamIdentifier().setStreamName(Buffer.from(stream).toString('base64'))

export const notFound = (stream: string): Pb.ReadResp =>
  new ReadResp().setStreamNotFound(new ReadResp.StreamNotFound().setStreamIdentifier(identifier(stream)))

export const confirmation = (): Pb.ReadResp =>
  new ReadResp().setConfirmation(
    new ReadResp.SubscriptionConfirmation().setSubscriptionId(crypto.randomUUID()),
  )

export const caughtUp = (): Pb.ReadResp => new ReadResp().setCaughtUp(new ReadResp.CaughtUp())

export const checkpoint = (position: number): Pb.ReadResp =>
  new ReadResp().setCheckpoint(
    new ReadResp.Checkpoint().setCommitPosition(String(position)).setPreparePosition(String(position)),
  )
