import { randomUUID } from 'node:crypto'
import type { DomainEvent } from '../../contracts/events/domain-event.ts'
import type { EventContext } from '../../contracts/events/recorded-event.ts'
import { fold } from '../../domain/decision.ts'
import type { EventLog, StreamWrite } from '../ports/event-log.ts'
import { answerWrites } from './answered-commands.ts'
import { type Attempts, Overtaken } from './attempts.ts'
import type { CommandKey } from './command-key.ts'
import { type Committed, commit, grown } from './commit-works.ts'
import { goingOn, newWork, type Work, worksLeft } from './left-behind.ts'
import type { StreamCache, StreamEntry } from './stream-cache.ts'
import type { StreamKind } from './stream-kind.ts'
import type { StreamTurns } from './stream-turns.ts'

/** A stream as one command sees it: what it found, plus what it has decided so far. */
export type StreamHandle<S, E extends DomainEvent> = {
  readonly state: S
  /** The last revision of the stream before what this command adds; -1 where it has no events. */
  readonly revision: number
  /**
   * Adds what was decided; `state` moves on, to `known` where the caller has it already. Streams are written
   * in the order of their first `append`: a log that writes stream by stream may be cut short between two, which must
   * leave waste, never loss (decision 61).
   */
  append(events: readonly E[], known?: S): void
  /** As `append`, of a stream that may be written at the same time as those written just before and after it this way. */
  appendBeside(events: readonly E[]): void
}

export type UnitOfWork = {
  /** To be awaited; a state that is in memory comes without a promise, of which a large request would make thousands. */
  load<S, E extends DomainEvent>(
    kind: StreamKind<S, E>,
    id: string,
  ): StreamHandle<S, E> | Promise<StreamHandle<S, E>>
  /** Makes loading many streams, one after the other, as cheap as loading one. */
  preload<S, E extends DomainEvent>(kind: StreamKind<S, E>, ids: readonly string[]): Promise<void>
  /**
   * Has the log confirm every state loaded so far.
   * @returns a position by which all of it was in the log.
   * @throws Overtaken where it no longer holds; the command is then decided again.
   */
  confirm(): Promise<number>
  /**
   * Has what is decided be the answer to whoever repeats the command with this key, as JSON. One that was answered
   * before overtakes it.
   */
  answer(key: CommandKey, outcome: unknown): void
  /** An id for what the command makes: the same when it is decided again. */
  newId(): string
}

export type UnitServices = {
  readonly log: EventLog
  readonly cache: StreamCache
  /** None for a command whose turn it is. */
  readonly turns: StreamTurns | undefined
}

/**
 * Runs one command's reading and deciding against cached states, then commits it as one append. Every stream
 * it read is checked by that append, so what was decided holds, a refusal too.
 * @throws Overtaken, LogUnavailable
 */
export async function inUnitOfWork<T>(
  services: UnitServices,
  context: EventContext,
  decide: (unit: UnitOfWork) => Promise<T>,
  attempts: Attempts,
): Promise<{ readonly outcome: T; readonly committed: Committed }> {
  const { cache } = services
  const { left, read, ids } = attempts
  const works = worksLeft(left)
  const written: Work[] = []
  const answers: StreamWrite[] = []
  let confirmed: { readonly committed: Committed; readonly streams: number } | undefined
  let made = 0
  /** What is left behind is not what these streams were found with. */
  const found = () => [...works.values()].filter((work) => !left?.streams.includes(work.found.stream))
  const outcome = await decide({
    load: (kind, id) => {
      const stream = kind.streamOf(id)
      read.add(stream)
      const work = workOn(works, services, kind, { stream, id })
      return work instanceof Promise
        ? work.then((loaded) => handleOf(loaded, written))
        : handleOf(work, written)
    },
    preload: (kind, ids) => cache.preload(kind, ids),
    confirm: async () => {
      if (isOvertaken(cache, found())) throw new Overtaken()
      const committed = await commit(services, context, { checked: found() })
      confirmed = { committed, streams: works.size }
      return committed.position
    },
    answer: (key, outcome) => void answers.push(...answerWrites(key, outcome)),
    newId: () => {
      const id = ids[made] ?? randomUUID()
      ids[made++] = id
      return id
    },
  })
  // Nothing to write, and all that was read was so when the log confirmed it: it need not be so still.
  const isDone = written.length === 0 && answers.length === 0
  if (isDone && confirmed?.streams === works.size && !left) {
    return { outcome, committed: confirmed.committed }
  }

  if (isOvertaken(cache, found())) throw new Overtaken()
  const checked = found().filter(({ events }) => events.length === 0)
  const goes = left && goingOn(left, written, answers)
  if (goes === 'other') throw new Overtaken('for good')
  if (goes !== 'rest') {
    const append = { written, checked, answers, after: attempts.cutOff }
    return { outcome, committed: await commit(services, context, append) }
  }
  const rest = written.filter((work) => !left!.streams.includes(work.found.stream))
  const append = { written: rest, checked, answers, after: left!.commandId, left }
  return { outcome, committed: await commit(services, { ...context, commandId: randomUUID() }, append) }
}

/** Whether something was decided on a state that is known to be no longer so, or never to have been. */
const isOvertaken = (cache: StreamCache, works: readonly Work[]): boolean =>
  works.some(({ found }) => {
    const current = cache.current(found.stream)
    return found.isVoid || (current !== undefined && current !== found)
  })

function workOn<S, E extends DomainEvent>(
  works: Map<string, Work>,
  { cache, turns }: UnitServices,
  kind: StreamKind<S, E>,
  { stream, id }: { readonly stream: string; readonly id: string },
): Work | Promise<Work> {
  const started = works.get(stream)
  if (started) return started
  const begin = (found: StreamEntry): Work => {
    const { aggregate, toSnapshot } = kind as unknown as StreamKind<unknown, DomainEvent>
    const work = works.get(stream) ?? newWork(found, aggregate, toSnapshot)
    works.set(stream, work)
    return work
  }
  const turn = turns?.endOfTurn(stream)
  const entry = turn ? turn.then(() => cache.load(kind, id)) : cache.load(kind, id)
  return entry instanceof Promise ? entry.then(begin) : begin(entry)
}

const handleOf = <S, E extends DomainEvent>(work: Work, written: Work[]): StreamHandle<S, E> => {
  function add(events: readonly E[], isBeside: boolean, known?: S): void {
    if (events.length === 0) return
    if (work.events.length === 0) written.push(work)
    work.isBeside = isBeside && (work.isBeside || work.events.length === 0)
    work.events.push(...events)
    work.state = known ?? fold(work.aggregate, work.state, events)
  }
  return {
    get state() {
      return work.state as S
    },
    revision: grown(work.found.revision, 0),
    append: (events, known) => add(events, false, known),
    appendBeside: (events) => add(events, true),
  }
}
