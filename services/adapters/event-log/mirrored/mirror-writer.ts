import { pathToFileURL } from 'node:url'
import { DatabaseSync } from '@photostructure/sqlite'
import { logInserter } from '../sqlite/log-inserter.ts'
import { query } from '../sqlite/query.ts'
import type { Arrival, ArrivedEvent } from './arrival.ts'
import type { Taken } from './arrivals.ts'
import { type Ordering, putInOrder } from './put-in-order.ts'

export type MirrorWriter = {
  taken(): Taken
  /**
   * Adds what came next, as one transaction.
   * @returns how many events of it, or of what waited, were put in order
   */
  apply(arrivals: readonly (Arrival & { readonly id: string })[]): number
  /** Nothing more is at the server. */
  noteEnd(nowMs: number): void
  /** Appends that are not whole, the one that has waited longest first. */
  waiting(): readonly string[]
  close(): void
}

const LOCK_WAIT_MS = 5000

/** The one writer of a mirror. What a crash of the machine takes from it is read from the server again. */
export function openMirrorWriter(path: string): MirrorWriter {
  const url = pathToFileURL(path)
  url.searchParams.set('mode', 'rw')
  const db = new DatabaseSync(url.href, { timeout: LOCK_WAIT_MS })
  db.exec('PRAGMA synchronous = NORMAL; PRAGMA journal_size_limit = 67108864')
  const { events, commits, flush } = logInserter(db)
  const keepWaiting = db.prepare('INSERT INTO waiting VALUES (?, ?, ?, ?, ?)')
  const forgetWaiting = db.prepare('DELETE FROM waiting WHERE place = ?')
  const keepBroken = db.prepare('INSERT OR IGNORE INTO broken VALUES (?)')
  const keepTaken = db.prepare('UPDATE mirror SET taken = ?, taken_id = ?')
  const keepEnd = db.prepare('UPDATE mirror SET end_ms = ?')

  const [[place, id] = [-1, null]] = query<[number, string | null]>(
    db,
    'SELECT taken, taken_id FROM mirror',
  )()
  let taken: Taken = { place, id }
  let [[position, timeMs] = [0, 0]] = query<[number, number]>(
    db,
    'SELECT first_position + event_count - 1, time_ms FROM commits ORDER BY first_position DESC LIMIT 1',
  )()
  const ordering: Ordering = putInOrder({
    waiting: query<[string]>(db, 'SELECT event FROM waiting ORDER BY place')().map(([text]) =>
      JSON.parse(text),
    ),
    broken: query<[string]>(db, 'SELECT append FROM broken')().map(([append]) => append),
  })

  /** Times never go back, whoever's clock they are of. An event's id tells where in its append it was. */
  function commit(group: readonly ArrivedEvent[]): void {
    timeMs = Math.max(timeMs, group[0]!.timeMs)
    for (const run of runsOf(group)) {
      const { id, actor, correlationId, causationId } = run[0]!
      commits.add(position + 1, run.length, timeMs, id, actor, correlationId, causationId, 0)
      for (const { stream, revision, type, version, data } of run)
        events.add(++position, stream, revision, type, version, data)
    }
  }

  function add(arrivals: readonly (Arrival & { readonly id: string })[]): number {
    const released: ArrivedEvent[] = []
    for (const arrival of arrivals) {
      for (const group of ordering.take(arrival)) {
        commit(group)
        released.push(...group)
      }
    }
    for (const { place: at, append } of released) {
      if (at <= taken.place) forgetWaiting.run(at)
      if (ordering.isBroken(append.id)) keepBroken.run(append.id)
    }
    for (const arrival of arrivals) {
      if (arrival.is !== 'event' || !ordering.isWaiting(arrival)) continue
      const { append, stream, revision } = arrival
      keepWaiting.run(arrival.place, append.id, stream, revision, JSON.stringify(arrival))
    }
    return released.length
  }

  return {
    taken: () => taken,
    apply(arrivals) {
      const last = arrivals.at(-1)
      if (!last) return 0
      // Should it fail, the writer is of no more use: what it remembers is ahead of the file.
      db.exec('BEGIN IMMEDIATE')
      const count = add(arrivals)
      flush()
      keepTaken.run(last.place, last.id)
      db.exec('COMMIT')
      taken = { place: last.place, id: last.id }
      return count
    },
    noteEnd: (nowMs) => void keepEnd.run(nowMs),
    waiting: ordering.waiting,
    close: () => db.close(),
  }
}

/** Events whose places in their append follow each other: their ids do, too. */
function runsOf(group: readonly ArrivedEvent[]): readonly ArrivedEvent[][] {
  const runs: ArrivedEvent[][] = []
  for (const event of group) {
    const last = runs.at(-1)?.at(-1)
    if (last && event.append.index === last.append.index + 1) runs.at(-1)!.push(event)
    else runs.push([event])
  }
  return runs
}
