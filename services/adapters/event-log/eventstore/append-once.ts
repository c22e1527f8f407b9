import type { EventStoreDBClient } from '@eventstore/db-client'
import type { EventContext, RecordedEvent } from '../../../../contracts/events/recorded-event.ts'
import type { AppendResult, StreamWrite } from '../../../ports/event-log.ts'
import { baseOf, isDone, NO_REVISION, type PlannedWrite, planAppend } from './append-plan.ts'
import { appendToStream } from './append-to-stream.ts'
import type { EventReads } from './event-reads.ts'
import { someAtOnce } from './some-at-once.ts'
import { type StoredEvent, storedEvent } from './stored-event.ts'

/** The server takes 1 MiB at once unless told otherwise, its own words included. */
const MAX_BYTES_AT_ONCE = 900_000
/** An event's type, id and the like, about. */
const ENVELOPE_BYTES = 500
/** gRPC's code for what was in the way of someone else, and may be done again. */
const ABORTED = 10

export type AppendTools = {
  readonly client: EventStoreDBClient
  readonly reads: EventReads
  /** UTC, milliseconds: not before any time the log is known to have. */
  readonly timeFrom: (knownMs: number) => number
}

/**
 * Makes an append, or what an earlier attempt has left of it: stream by stream, in the order given. Every write
 * says which revision it finds, so that the server takes none of them twice.
 *
 * All expectations are checked before the first write. One that fails later on, as others write too, leaves what was
 * written before it.
 * @throws the client's errors: how much was written is not known
 */
export async function appendOnce(
  tools: AppendTools,
  context: EventContext,
  writes: readonly StreamWrite[],
): Promise<AppendResult> {
  const { reads } = tools
  const sole = await appendSole(tools, context, writes)
  if (sole) return sole

  const heads = await headsOf(reads, writes)
  const plan = await planAppend(reads, context, writes, heads)
  const isMade = plan.some(({ events }) => events.length > 0) && plan.every(isDone)
  const refused = isMade ? undefined : firstFailing(plan, heads)
  if (refused) return refused

  const found = plan.flatMap((write) => write.found)
  const timeMs = found[0]?.timeMs ?? tools.timeFrom(latestOf(heads.values()))
  const at = new Map([...heads].map(([stream, head]) => [stream, head?.revision ?? NO_REVISION]))
  const revisions: number[] = []
  for (const write of plan) {
    const first = write.found[0]
    const base = first ? first.revision - 1 : (write.base ?? at.get(write.stream)!)
    const missing = write.events.slice(write.found.length)
    const events = missing.map((event, n) =>
      storedEvent(context, event, write.firstIndex + write.found.length + n, timeMs),
    )
    const actual = await appendTo(tools.client, write.stream, base + write.found.length, events)
    if (actual !== undefined && write.base !== undefined) return refusal(write.stream, actual)
    if (actual !== undefined) throw Object.assign(new Error('overtaken'), { code: ABORTED })
    const revision = base + write.events.length
    revisions.push(revision)
    at.set(write.stream, Math.max(at.get(write.stream)!, revision))
  }
  return { ok: true, revisions, ...(await endOf(reads, plan, revisions, timeMs)) }
}

/** Of what goes into one stream at once the server knows by itself whether it fits, or was there before. */
async function appendSole(
  { client, reads, timeFrom }: AppendTools,
  context: EventContext,
  [write, ...others]: readonly StreamWrite[],
): Promise<AppendResult | undefined> {
  const base = write && baseOf(write.expectedRevision)
  if (base === undefined || others.length > 0) return undefined
  const timeMs = timeFrom(0)
  const parts = partsOf(write!.events.map((event, n) => storedEvent(context, event, n, timeMs)))
  if (parts.length !== 1) return undefined

  const actual = await appendTo(client, write!.stream, base, parts[0]!)
  if (actual !== undefined) return refusal(write!.stream, actual)
  const revisions = [base + write!.events.length]
  return { ok: true, revisions, ...(await endOf(reads, [write!], revisions, timeMs)) }
}

async function headsOf(
  reads: EventReads,
  writes: readonly StreamWrite[],
): Promise<ReadonlyMap<string, RecordedEvent | undefined>> {
  const streams = [...new Set(writes.map(({ stream }) => stream))]
  const heads = await someAtOnce(streams, reads.lastOf)
  return new Map(streams.map((stream, n) => [stream, heads[n]]))
}

/** A write to a stream that an earlier write of the same append names finds it as that one leaves it. */
function firstFailing(
  plan: readonly PlannedWrite[],
  heads: ReadonlyMap<string, RecordedEvent | undefined>,
): AppendResult | undefined {
  const moved = new Map<string, number>()
  for (const write of plan) {
    const { stream, base, events, found } = write
    const actual = moved.get(stream) ?? heads.get(stream)?.revision ?? NO_REVISION
    const last = found.at(-1)?.revision
    const isFound = events.length > 0 && isDone(write)
    if (!isFound && (last ?? base ?? actual) !== actual) return refusal(stream, actual)
    if (!isFound) moved.set(stream, actual + events.length - found.length)
  }
  return undefined
}

const refusal = (stream: string, actual: number): AppendResult => ({
  ok: false,
  reason: 'wrong_expected_revision',
  stream,
  actual: actual === NO_REVISION ? 'none' : actual,
})

const latestOf = (events: Iterable<RecordedEvent | undefined>): number =>
  Math.max(0, ...[...events].map((event) => event?.timeMs ?? 0))

/**
 * @param base the revision the stream is at before
 * @returns where it is instead, if it is elsewhere
 */
async function appendTo(
  client: EventStoreDBClient,
  stream: string,
  base: number,
  events: readonly StoredEvent[],
): Promise<number | undefined> {
  let revision = base
  for (const part of partsOf(events)) {
    const expected = revision === NO_REVISION ? 'no_stream' : BigInt(revision)
    const actual = await appendToStream(client, stream, part, expected)
    if (actual !== undefined) return actual
    revision += part.length
  }
  return undefined
}

function partsOf(events: readonly StoredEvent[]): StoredEvent[][] {
  const parts: StoredEvent[][] = []
  let bytes = Number.POSITIVE_INFINITY
  for (const event of events) {
    const size = ENVELOPE_BYTES + Buffer.byteLength(JSON.stringify([event.data, event.metadata]))
    if (bytes + size > MAX_BYTES_AT_ONCE) {
      parts.push([])
      bytes = 0
    }
    parts.at(-1)!.push(event)
    bytes += size
  }
  return parts
}

/** Read from the log: whether the server took an append for a repeated one, it does not tell. */
async function endOf(
  reads: EventReads,
  plan: readonly StreamWrite[],
  revisions: readonly number[],
  timeMs: number,
): Promise<{ readonly position: number; readonly timeMs: number }> {
  const index = plan.findLastIndex(({ events }) => events.length > 0)
  if (index === -1) return { position: (await reads.last())?.position ?? 0, timeMs }
  const { stream } = plan[index]!
  const [last] = await reads.ofStream(stream, revisions[index]!, 1)
  if (!last) throw new Error(`the event log is damaged: ${stream} has lost what was appended to it`)
  return { position: last.position, timeMs: last.timeMs }
}
