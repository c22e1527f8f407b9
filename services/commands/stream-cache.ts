import { LRUCache } from 'lru-cache'
import type { DomainEvent } from '../../contracts/events/domain-event.ts'
import type { RecordedEvent } from '../../contracts/events/recorded-event.ts'
import { fold } from '../../domain/decision.ts'
import type { EventLog } from '../ports/event-log.ts'
import type { StreamKind } from './stream-kind.ts'

/** `none`: the stream has no events yet. */
export type Revision = number | 'none'

/**
 * What this process believes a stream's state to be. It runs ahead of the log while an append is under way,
 * so that the next command need not wait for the disk: should that append fail, those after it do too.
 */
export type StreamEntry = {
  readonly stream: string
  readonly state: unknown
  readonly revision: Revision
  /** The newest snapshot's revision, -1 for none. */
  snapshotRevision: number
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
  const loading = new Map<string, Promise<StreamEntry>>()

  return {
    load(kind, id) {
      const stream = kind.streamOf(id)
      const known = entries.get(stream)
      if (known) return known
      const started = loading.get(stream)
      if (started) return started
      const load = readState(log, kind, stream)
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
      for (const [stream, events] of await log.readStreams(missing, FIRST_PAGE)) {
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
    },
  }
}

const beginning = <S, E extends DomainEvent>(
  { aggregate }: StreamKind<S, E>,
  stream: string,
  events: readonly RecordedEvent[],
): StreamEntry => ({
  stream,
  state: fold(aggregate, aggregate.initial, events as unknown as readonly E[]),
  revision: events.at(-1)?.revision ?? 'none',
  snapshotRevision: -1,
})

async function readState<S, E extends DomainEvent>(
  log: EventLog,
  kind: StreamKind<S, E>,
  stream: string,
): Promise<StreamEntry> {
  let state = kind.aggregate.initial
  let next = 0
  let snapshotRevision = -1
  let limit = FIRST_PAGE
  for (;;) {
    const page = await log.readStream(stream, next, limit)
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
  return { stream, state, revision, snapshotRevision }
}
