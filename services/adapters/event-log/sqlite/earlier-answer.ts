import type { DatabaseSyncInstance } from '@photostructure/sqlite'
import type { AppendResult } from '../../../ports/event-log.ts'
import { query } from './query.ts'
import { ANY_REVISION, type AppendRequest, NO_REVISION } from './writer-messages.ts'

/**
 * Finds what an append was answered when the same command made it before.
 *
 * A repeated append with a definite expectation always fails it, for its own events are there now; and they
 * tell where its commit must be. One that expects `any` of every stream it writes would succeed again: it is
 * found by its command instead.
 */
export type EarlierAnswer = (request: AppendRequest, positionOf: PositionOf) => AppendResult | undefined

export type PositionOf = (stream: string, revision: number) => number | undefined

export function earlierAnswers(db: DatabaseSyncInstance): EarlierAnswer {
  const timeOf = query<[timeMs: number]>(
    db,
    'SELECT time_ms FROM commits WHERE first_position = ? AND event_count = ? AND command_id = ?',
  )
  const unguardedBy = query<[firstPosition: number]>(
    db,
    'SELECT first_position FROM commits WHERE unguarded = 1 AND command_id = ? ORDER BY first_position',
  )
  const eventAt = query<[stream: string, revision: number]>(
    db,
    'SELECT stream, revision FROM events WHERE position = ?',
  )

  /** Where the append's first event would be, if it was ever made. */
  function candidates(request: AppendRequest, positionOf: PositionOf): number[] {
    const { commandId, streams, expected, counts } = request
    let offset = 0
    for (const [index, count] of counts.entries()) {
      if (count > 0 && expected[index] !== ANY_REVISION) {
        const position = positionOf(streams[index]!, expected[index]! + 1)
        return position === undefined ? [] : [position - offset]
      }
      offset += count
    }
    return unguardedBy(commandId).map(([firstPosition]) => firstPosition)
  }

  /** The revision each write left its stream at; undefined where the events there are other streams'. */
  function revisionsFrom(
    firstPosition: number,
    { streams, expected, counts }: AppendRequest,
  ): number[] | undefined {
    const revisions: number[] = []
    let next = firstPosition
    for (const [index, count] of counts.entries()) {
      if (count === 0) {
        revisions.push(Math.max(expected[index]!, NO_REVISION))
        continue
      }
      next += count
      const [event] = eventAt(next - 1)
      if (!event || event[0] !== streams[index]) return undefined
      revisions.push(event[1])
    }
    return revisions
  }

  return (request, positionOf) => {
    const events = request.types.length
    if (events === 0) return undefined
    for (const firstPosition of candidates(request, positionOf)) {
      const [time] = timeOf(firstPosition, events, request.commandId)
      const revisions = time && revisionsFrom(firstPosition, request)
      if (revisions) return { ok: true, position: firstPosition + events - 1, timeMs: time[0], revisions }
    }
    return undefined
  }
}

/** Whether the append would succeed again if it were repeated. */
export const isUnguarded = ({ expected, counts }: AppendRequest): boolean =>
  counts.every((count, index) => count === 0 || expected[index] === ANY_REVISION)
