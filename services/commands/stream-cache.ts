import { LRUCache } from 'lru-cache'
import type { DomainEvent } from '../../contracts/events/domain-event.ts'
import { fold } from '../../domain/decision.ts'
import type { EventLog, StreamEvent } from '../ports/event-log.ts'
import type { StreamKind } from './stream-kind.ts'

/** `none`: the stream has no events yet. */
export type Revision = number | 'none'

/**
 * What this process believes a stream's state to be, by what the log has in order: what is decided on it is checked. It runs ahead of the log while an append is under way,
 * so that the next command need not wait for the disk: should that append fail, those after it do too.
 */
export type StreamEntry = {
  readonly stream: string
  readonly state: unknown
  readonly revision: Revision
  /** The newest snapshot's revision, -1 for none. */
  snapshotRevision: number
  /**
   * The append that was to bring it about was refused, or failed. Nothing may be decided on it, even where the stream has
   * come to this revision meanwhile: others have brought it there.
   */
  isVoid: boolean
}

export type StreamCache = {
  /** The stream's state, from memory or folded from the log. */
  load<S, E extends DomainEvent>(kind: StreamKind<S, E>, id: string): StreamEntry | Promise<StreamEntry>
  /** Reads the streams that are not in memory yet at once: much cheaper than one by one. */
  preload<S, E extends DomainEvent>(kind: StreamKind<S, E>, ids: readonly string[]): Promise<void>
  current(stream: string): StreamEntry | undefined
  put(entry: StreamEntry): void
  forget(stream: string): void
}

/** A stream no longer than this is folded whole: most are, and it saves looking for a snapshot. */
const FIRST_PAGE = 64
const PAGE = 500

/** @param maxStreams how many states are kept; the least recently used go first. */
export function openStreamCache(log: EventLog, maxStreams = 20_000): StreamCache {
  const entries = new LRUCache<string, StreamEntry>({ max: maxStreams })
  /** Those of which more was at the log than was known: what is in order may be short of it for a while. */
  const overtaken = new LRUCache<string, true>({ max: maxStreams })
  const loading = new Map<string, Promise<StreamEntry>>()

  return {
    load(kind, id) {
      const stream = kind.streamOf(id)
      const known = entries.get(stream)
      if (known) return known
      const started = loading.get(stream)
      if (started) return started
      const read = overtaken.get(stream) ? log.loadStream : log.readStream
      const load = readState({ loadSnapshot: log.loadSnapshot, read }, kind, stream)
        .then((entry) => {
          if (!entries.has(stream)) entries.set(stream, entry)
          return entries.get(stream) ?? entry
        })
        .finally(() => loading.delete(stream))
      loading.set(stream, load)
      return load
    },
    preload: async (kind, ids) => {
      // Those that are here count as used, so that they do not make way for the others.
      const missing = ids.map(kind.streamOf).filter((stream) => !entries.get(stream))
      if (missing.length < 2) return
      const ofLog = missing.filter((stream) => overtaken.get(stream))
      const inOrder = missing.filter((stream) => !overtaken.get(stream))
      const found = await Promise.all([
        log.readStreams(inOrder, FIRST_PAGE),
        ofLog.length > 0 ? log.loadStreams(ofLog, FIRST_PAGE) : new Map<string, readonly StreamEvent[]>(),
      ])
      for (const [stream, events] of found.flatMap((streams) => [...streams])) {
        // A longer one is better read from its snapshot; one that came meanwhile is newer.
        if (events.length < FIRST_PAGE && !entries.has(stream))
          entries.set(stream, beginning(kind, stream, events))
      }
    },
    current: (stream) => entries.peek(stream),
    put: (entry) => {
      entries.set(entry.stream, entry)
    },
    forget: (stream) => {
      entries.delete(stream)
      overtaken.set(stream, true)
    },
  }
}

const beginning = <S, E extends DomainEvent>(
  { aggregate }: StreamKind<S, E>,
  stream: string,
  events: readonly StreamEvent[],
): StreamEntry => ({
  stream,
  state: fold(aggregate, aggregate.initial, events as unknown as readonly E[]),
  revision: events.at(-1)?.revision ?? 'none',
  snapshotRevision: -1,
  isVoid: false,
})

type Reads = Pick<EventLog, 'loadSnapshot'> & { readonly read: EventLog['loadStream'] }

async function readState<S, E extends DomainEvent>(
  log: Reads,
  kind: StreamKind<S, E>,
  stream: string,
): Promise<StreamEntry> {
  let state = kind.aggregate.initial
  let next = 0
  let snapshotRevision = -1
  let limit = FIRST_PAGE
  for (;;) {
    const page = await log.read(stream, next, limit)
    for (const event of page) state = kind.aggregate.evolve(state, event as unknown as E)
    next += page.length
    if (page.length < limit) break
    if (limit === FIRST_PAGE) {
      const snapshot = await log.loadSnapshot(stream)
      const kept = snapshot && snapshot.revision >= next ? kind.fromSnapshot(snapshot.state) : undefined
      if (snapshot && kept !== undefined) {
        state = kept
        snapshotRevision = snapshot.revision
        next = snapshot.revision + 1
      }
      limit = PAGE
    }
  }
  const revision = next === 0 ? 'none' : next - 1
  return { stream, state, revision, snapshotRevision, isVoid: false }
}
