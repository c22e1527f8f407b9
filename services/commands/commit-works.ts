import type { DomainEvent } from '../../contracts/events/domain-event.ts'
import type { EventContext } from '../../contracts/events/recorded-event.ts'
import type { EventLog, StreamWrite } from '../ports/event-log.ts'
import { tracedAppend } from '../tracing/traced-append.ts'
import { tracing } from '../tracing/tracing.ts'
import { Overtaken } from './attempts.ts'
import { type LeftBehind, leftBy, type Work } from './left-behind.ts'
import type { Revision, StreamCache, StreamEntry } from './stream-cache.ts'

export type Committed = { readonly position: number; readonly timeMs: number }

/** A snapshot is saved each time a stream has grown by this many events. */
const SNAPSHOT_EVERY = 1000

type Append = {
  readonly written?: readonly Work[]
  readonly checked: readonly Work[]
  readonly answers?: readonly StreamWrite[]
  /** The command of an append that was cut off before. */
  readonly after?: string | undefined
  /** What of this command is in the log, beside what is to be appended. */
  readonly left?: LeftBehind | undefined
}

/** Everything up to the cache's update is one turn, so that appends leave in the order decided. */
export async function commit(
  { log, cache }: { readonly log: EventLog; readonly cache: StreamCache },
  context: EventContext,
  { written = [], checked, answers = [], after, left }: Append,
): Promise<Committed> {
  const works = [...written, ...checked]
  const writes = [
    ...written.map(({ found, events, isBeside }) => writeTo(found, events, isBeside)),
    ...answers,
    ...checked.map(({ found }) => writeTo(found, [], false)),
  ]
  // All that was to be written is there already.
  if (left && writes.length === 0) throw new Overtaken('for good')
  const appended = log.append(context, writes, after)
  const entries = written.map(aheadOf)
  for (const entry of entries) cache.put(entry)

  const neverWas = (): void => {
    for (const entry of entries) entry.isVoid = true
    forget(cache, works)
  }
  const result = await (tracing() ? tracedAppend(context, appended) : appended).catch((error: unknown) => {
    neverWas()
    throw error
  })
  if (!result.ok) {
    neverWas()
    throw new Overtaken(leftBy(context.commandId, result.left ?? [], { written, answers }, left))
  }
  for (const [index, entry] of entries.entries()) saveSnapshot(log, cache, entry, written[index]!)
  return { position: result.position, timeMs: result.timeMs }
}

const writeTo = (
  { stream, revision }: StreamEntry,
  events: readonly DomainEvent[],
  beside: boolean,
): StreamWrite => ({ stream, expectedRevision: revision, events, beside })

function forget(cache: StreamCache, works: readonly Work[]): void {
  for (const { found } of works) cache.forget(found.stream)
}

const aheadOf = ({ found, state, events }: Work): StreamEntry => ({
  stream: found.stream,
  state,
  revision: grown(found.revision, events.length),
  snapshotRevision: found.snapshotRevision,
  isVoid: false,
})

export const grown = (revision: Revision, by: number): number => (revision === 'none' ? -1 : revision) + by

/** Saves a state that is in the log now, once the last snapshot has fallen far behind. */
function saveSnapshot(log: EventLog, cache: StreamCache, entry: StreamEntry, { toSnapshot }: Work): void {
  const { stream, revision, state } = entry
  const newest = cache.current(stream)
  if (revision === 'none' || !newest || revision - newest.snapshotRevision < SNAPSHOT_EVERY) return
  newest.snapshotRevision = revision
  // A snapshot that fails to save is only a slower load later.
  log.saveSnapshot(stream, { revision, state: toSnapshot(state) }).catch(() => undefined)
}
