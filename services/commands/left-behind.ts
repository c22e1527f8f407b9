import { isDeepStrictEqual } from 'node:util'
import type { DomainEvent } from '../../contracts/events/domain-event.ts'
import type { Aggregate } from '../../domain/decision.ts'
import type { StreamWrite } from '../ports/event-log.ts'
import type { StreamEntry } from './stream-cache.ts'

/** A stream that a command has read, and what it adds to it. */
export type Work = {
  readonly found: StreamEntry
  readonly aggregate: Aggregate<unknown, DomainEvent>
  readonly toSnapshot: (state: unknown) => unknown
  state: unknown
  readonly events: DomainEvent[]
  /** Whether all of its events were added by `appendBeside`. */
  isBeside: boolean
}

/**
 * What attempts have left in a log that writes stream by stream, when another command came first at one of their streams:
 * these streams have their events (decision 61).
 */
export type LeftBehind = {
  /** Of the last append that left something. */
  readonly commandId: string
  readonly streams: readonly string[]
  readonly written: readonly Work[]
  readonly answers: readonly StreamWrite[]
  /** Whether all of this is of that append, so that making it again completes it. */
  readonly isOfOne: boolean
}

/**
 * How an attempt goes on from what is left, which it was decided without:
 *
 * - `same`: it comes to the same append, which is made again, and so completed;
 * - `rest`: what is left is part of it, or of no use to it: only the rest is appended;
 * - `other`: something else should be where that is. It stays, for nothing, and the command is decided on it.
 */
export type GoingOn = 'same' | 'rest' | 'other'

export function goingOn(
  left: LeftBehind,
  written: readonly Work[],
  answers: readonly StreamWrite[],
): GoingOn {
  const isKept = left.streams.every((stream) => {
    const before = left.written.find((work) => work.found.stream === stream)
    const now = written.find((work) => work.found.stream === stream)
    return before && (!now || isDeepStrictEqual(now.events, before.events))
  })
  if (!isKept) return 'other'
  const isSame =
    left.isOfOne &&
    left.answers.length === answers.length &&
    isDeepStrictEqual(shapeOf(written), shapeOf(left.written))
  return isSame ? 'same' : 'rest'
}

const shapeOf = (works: readonly Work[]) => works.map(({ found, events }) => [found.stream, events.length])

export const newWork = (
  found: StreamEntry,
  aggregate: Work['aggregate'],
  toSnapshot: Work['toSnapshot'],
): Work => ({ found, aggregate, toSnapshot, state: found.state, events: [], isBeside: false })

/** The streams as the attempts found them. */
export const worksLeft = (left: LeftBehind | undefined): Map<string, Work> =>
  new Map(
    left?.written
      .filter(({ found }) => left.streams.includes(found.stream))
      .map(({ found, aggregate, toSnapshot }) => [found.stream, newWork(found, aggregate, toSnapshot)]),
  )

/**
 * What is left after a refusal.
 * @param streams those that have events of the refused append
 * @param before what was left before that
 */
export function leftBy(
  commandId: string,
  streams: readonly string[],
  { written, answers }: Pick<LeftBehind, 'written' | 'answers'>,
  before: LeftBehind | undefined,
): LeftBehind | undefined {
  if (streams.length === 0) return before && { ...before, isOfOne: false }
  if (!before) return { commandId, streams, written, answers, isOfOne: true }
  return {
    commandId,
    streams: [...before.streams, ...streams],
    written: [...before.written.filter((work) => before.streams.includes(work.found.stream)), ...written],
    answers,
    isOfOne: false,
  }
}
