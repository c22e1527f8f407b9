import type { EventStoreDBClient } from '@eventstore/db-client'
import type { EventContext, RecordedEvent } from '../../../../contracts/events/recorded-event.ts'
import type { AppendResult, StreamWrite } from '../../../ports/event-log.ts'
import {
  baseOf,
  isDone,
  NO_REVISION,
  type PlannedWrite,
  planAppend,
  planAsKnown,
  stagesOf,
} from './append-plan.ts'
import { appendTo, partsOf } from './append-to-server.ts'
import type { EventReads } from './event-reads.ts'
import { someAtOnce } from './some-at-once.ts'
import { storedEvent } from './stored-event.ts'

/** gRPC's code for what was in the way of someone else, and may be done again. */
const ABORTED = 10

export type AppendTools = {
  readonly client: EventStoreDBClient
  readonly reads: EventReads
  /** UTC, milliseconds: not before any time the log is known to have. */
  readonly timeFrom: (knownMs: number) => number
  /** Where streams are, -1 without events, as far as is known here: it may be behind. */
  readonly knownHeads?: ((streams: readonly string[]) => ReadonlyMap<string, number>) | undefined
}

/** An append that is in the log; its time is what an event of it would have had, where it has none. */
export type Made = { readonly ok: true; readonly revisions: readonly number[]; readonly timeMs: number }
export type Refused = Extract<AppendResult, { ok: false }>

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
): Promise<Made | Refused> {
  const { reads } = tools
  const sole = await appendSole(tools, context, writes)
  if (sole) return sole

  // What is written tells by itself whether it fits. Where that is likely, only what is not written is asked for.
  const isLikely = fitsAsKnown(tools, writes)
  const heads = await headsOf(reads, isLikely ? writes.filter(({ events }) => events.length === 0) : writes)
  const plan = isLikely ? planAsKnown(writes) : await planAppend(reads, context, writes, heads)
  const isMade = plan.some(({ events }) => events.length > 0) && plan.every(isDone)
  const left = new Set(plan.flatMap(({ stream, found }) => (found.length > 0 ? [stream] : [])))
  const checked = isLikely ? plan.filter(({ events }) => events.length === 0) : plan
  const refused = isMade ? undefined : firstFailing(checked, heads)
  if (refused) return leaving(refused, left)

  const found = plan.flatMap((write) => write.found)
  const timeMs = found[0]?.timeMs ?? tools.timeFrom(latestOf(heads.values()))
  const at = new Map([...heads].map(([stream, head]) => [stream, head?.revision ?? NO_REVISION]))
  const of = plan.reduce((sum, { events }) => sum + events.length, 0)
  const revisions: number[] = []
  for (const stage of stagesOf(plan)) {
    const outcomes = await someAtOnce(stage, async (write) => {
      const base = write.found[0] ? write.found[0].revision - 1 : (write.base ?? at.get(write.stream)!)
      const missing = write.events
        .slice(write.found.length)
        .map((event, n) => storedEvent(context, event, write.firstIndex + write.found.length + n, of, timeMs))
      const { actual, written } = await appendTo(
        tools.client,
        write.stream,
        base + write.found.length,
        missing,
      )
      if (written) left.add(write.stream)
      return { write, revision: base + write.events.length, actual }
    })
    const failed = outcomes.find(({ actual }) => actual !== undefined)
    if (failed && failed.write.base === undefined)
      throw Object.assign(new Error('overtaken'), { code: ABORTED })
    if (failed) return leaving(refusal(failed.write.stream, failed.actual!), left)
    for (const { write, revision } of outcomes) {
      revisions.push(revision)
      at.set(write.stream, Math.max(at.get(write.stream) ?? NO_REVISION, revision))
    }
  }
  return { ok: true, revisions, timeMs }
}

/** Of what goes into one stream at once the server knows by itself whether it fits, or was there before. */
async function appendSole(
  { client, timeFrom }: AppendTools,
  context: EventContext,
  [write, ...others]: readonly StreamWrite[],
): Promise<Made | Refused | undefined> {
  const base = write && baseOf(write.expectedRevision)
  if (base === undefined || others.length > 0) return undefined
  const timeMs = timeFrom(0)
  const of = write!.events.length
  const parts = partsOf(write!.events.map((event, n) => storedEvent(context, event, n, of, timeMs)))
  if (parts.length !== 1) return undefined

  const { actual } = await appendTo(client, write!.stream, base, parts[0]!)
  if (actual !== undefined) return refusal(write!.stream, actual)
  return { ok: true, revisions: [base + of], timeMs }
}

/** Each stream once, at a revision that is given and the one it is known to be at. */
function fitsAsKnown({ knownHeads }: AppendTools, writes: readonly StreamWrite[]): boolean {
  if (!knownHeads) return false
  const streams = writes.filter(({ events }) => events.length > 0).map(({ stream }) => stream)
  const isOnce = new Set(writes.map(({ stream }) => stream)).size === writes.length
  if (streams.length === 0 || !isOnce) return false
  const known = knownHeads(streams)
  return writes.every(
    ({ stream, expectedRevision, events }) =>
      events.length === 0 || known.get(stream) === baseOf(expectedRevision),
  )
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
): Refused | undefined {
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

const refusal = (stream: string, actual: number): Refused => ({
  ok: false,
  reason: 'wrong_expected_revision',
  stream,
  actual: actual === NO_REVISION ? 'none' : actual,
})

const leaving = (refused: Refused, left: ReadonlySet<string>): Refused =>
  left.size === 0 ? refused : { ...refused, left: [...left] }

const latestOf = (events: Iterable<RecordedEvent | undefined>): number =>
  Math.max(0, ...[...events].map((event) => event?.timeMs ?? 0))
