import sharedPb from '@eventstore/db-client/generated/shared_pb.js'
import type * as Pb from '@eventstore/db-client/generated/streams_pb.js'
import streamsPb from '@eventstore/db-client/generated/streams_pb.js'

export type ReadRequest = Pb.ReadReq

const { Options } = streamsPb.ReadReq
const { StreamOptions, AllOptions, Position, FilterOptions, UUIDOption } = Options
const [FORWARDS, BACKWARDS] = [0, 1] as const

/** Domain events have types that begin so; those of EventStoreDB begin with a dollar, what else is kept there is in lower case. */
export const ANY_DOMAIN_EVENT = '^[A-Z]'

export const oneOf = (types: readonly string[]): string => `^(?:${types.join('|')})$`

/** How many events the server passes over at a time. */
const SEARCH_WINDOW = 1000

const empty = () => new sharedPb.Empty()

function requestOf(count: number, direction: 0 | 1): Pb.ReadReq.Options {
  const options = new Options().setCount(String(count)).setReadDirection(direction).setResolveLinks(false)
  return options.setUuidOption(new UUIDOption().setString(empty()))
}

/** @param fromRevision inclusive; none for the last event, and what was before it */
export function readOfStream(stream: string, fromRevision: number | undefined, count: number): ReadRequest {
  const name = new sharedPb.StreamIdentifier().setStreamName(Buffer.from(stream).toString('base64'))
  const from = new StreamOptions().setStreamIdentifier(name)
  if (fromRevision === undefined) from.setEnd(empty())
  else from.setRevision(String(fromRevision))
  const direction = fromRevision === undefined ? BACKWARDS : FORWARDS
  const options = requestOf(count, direction).setStream(from).setNoFilter(empty())
  return new streamsPb.ReadReq().setOptions(options)
}

/**
 * @param fromCommit inclusive; none for the log's last event, and what was before it
 * @param types an expression for the types of events that are wanted
 */
export function readOfAll(fromCommit: bigint | undefined, types: string, count: number): ReadRequest {
  const from = new AllOptions()
  if (fromCommit === undefined) from.setEnd(empty())
  else if (fromCommit === 0n) from.setStart(empty())
  else {
    const commit = String(fromCommit)
    from.setPosition(new Position().setCommitPosition(commit).setPreparePosition(commit))
  }
  const filter = new FilterOptions()
    .setEventType(new FilterOptions.Expression().setRegex(types))
    .setMax(SEARCH_WINDOW)
    .setCheckpointintervalmultiplier(1)
  const direction = fromCommit === undefined ? BACKWARDS : FORWARDS
  return new streamsPb.ReadReq().setOptions(requestOf(count, direction).setAll(from).setFilter(filter))
}
