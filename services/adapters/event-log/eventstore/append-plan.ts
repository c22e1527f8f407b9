import type { EventContext, RecordedEvent } from '../../../../contracts/events/recorded-event.ts'
import { eventId } from '../../../ports/event-id.ts'
import type { ExpectedRevision, StreamWrite } from '../../../ports/event-log.ts'
import { checkedStreamName } from '../stream-name.ts'
import type { EventReads } from './event-reads.ts'

/** Where a stream that has no events is. */
export const NO_REVISION = -1

/** One write of an append, and what the log has of it already. */
export type PlannedWrite = StreamWrite & {
  /** The place of its first event in the append. */
  readonly firstIndex: number
  /** The last revision before its own events; undefined where that is whatever it is. */
  readonly base: number | undefined
  /** Those of its events that are in the log, from the first on. */
  readonly found: readonly RecordedEvent[]
}

/**
 * How far back the events of an append that expects `any` are looked for. Nothing else tells whether it was made
 * before.
 */
const LOOK_BACK = 1000

/** What is left to do of an append: all of it, unless it was made before, or cut off in the middle. */
export async function planAppend(
  reads: EventReads,
  { commandId }: EventContext,
  writes: readonly StreamWrite[],
  heads: ReadonlyMap<string, RecordedEvent | undefined>,
): Promise<readonly PlannedWrite[]> {
  const plan: PlannedWrite[] = []
  let firstIndex = 0
  for (const write of writes) {
    const head = heads.get(write.stream)?.revision ?? NO_REVISION
    const base = baseOf(write.expectedRevision)
    const ids = write.events.map((_, n) => eventId(commandId, firstIndex + n))
    const isAhead = ids.length > 0 && head > (base ?? NO_REVISION)
    const found = isAhead ? await beginningWith(reads, write.stream, base, ids) : []
    plan.push({ ...write, firstIndex, base, found })
    firstIndex += ids.length
  }
  return plan
}

/** Nothing of it is looked for. Whatever was made before is known by its ids to the server. */
export function planAsKnown(writes: readonly StreamWrite[]): readonly PlannedWrite[] {
  let firstIndex = 0
  return writes.map((write) => {
    const planned = { ...write, firstIndex, base: baseOf(write.expectedRevision), found: [] }
    firstIndex += write.events.length
    return planned
  })
}

/** The events of a stream that have these ids, from the first on. */
async function beginningWith(
  reads: EventReads,
  stream: string,
  base: number | undefined,
  ids: readonly string[],
): Promise<readonly RecordedEvent[]> {
  const events =
    base === undefined
      ? (await reads.endOf(stream, LOOK_BACK)).reverse()
      : await reads.ofStream(stream, base + 1, ids.length)
  const first = base === undefined ? events.findIndex(({ id }) => id === ids[0]) : 0
  if (first === -1) return []
  const other = ids.findIndex((id, n) => events[first + n]?.id !== id)
  return events.slice(first, first + (other === -1 ? ids.length : other))
}

/** What is to be written at once, one after the other. */
export function stagesOf(plan: readonly PlannedWrite[]): readonly PlannedWrite[][] {
  const stages: PlannedWrite[][] = []
  for (const write of plan) {
    const stage = stages.at(-1)
    if (write.beside && stage?.[0]?.beside) stage.push(write)
    else stages.push([write])
  }
  return stages
}

export const isDone = ({ events, found }: PlannedWrite): boolean => found.length === events.length

/** The revision a stream has to be at; undefined where it may be at any. */
export const baseOf = (expected: ExpectedRevision): number | undefined =>
  expected === 'any' ? undefined : expected === 'none' ? NO_REVISION : expected

/** @throws TypeError, RangeError for what only a bug can cause. */
export function checkWrites(writes: readonly StreamWrite[]): void {
  if (writes.length === 0) throw new TypeError('an append of no writes')
  for (const { stream, expectedRevision, events } of writes) {
    checkedStreamName(stream)
    if (
      typeof expectedRevision === 'number' &&
      (!Number.isSafeInteger(expectedRevision) || expectedRevision < 0)
    )
      throw new RangeError(`no stream is ever at revision ${expectedRevision}`)
    if (events.some(({ data }) => JSON.stringify(data) === undefined))
      throw new TypeError('JSON has no text for undefined')
  }
}
