import type { DatabaseSyncInstance } from '@photostructure/sqlite'
import type { AppendResult } from '../../../ports/event-log.ts'
import { earlierAnswers, isUnguarded } from './earlier-answer.ts'
import { logInserter } from './log-inserter.ts'
import type { RefusalMemory } from './refusal-memory.ts'
import type { StreamLookup } from './stream-lookup.ts'
import { ANY_REVISION, type AppendRequest, NO_REVISION } from './writer-messages.ts'

/** What an open transaction knows of the log, its own writes included. */
export type LogEnd = {
  /** The last event's, 0 for none. */
  position: number
  /** UTC, milliseconds: every event written now gets it. */
  readonly timeMs: number
  /** The last revision of each stream that the transaction's appends name. */
  readonly heads: Map<string, number>
}

export type Appender = {
  /** Checks every expectation of an append, then adds its rows: a refused one leaves nothing. */
  append(request: AppendRequest, end: LogEnd): AppendResult
  /** Writes the rows added so far; to be called before the commit. */
  flush(): void
  /** To be called after a transaction that failed. */
  discard(): void
}

export function appender(db: DatabaseSyncInstance, lookup: StreamLookup, refusals: RefusalMemory): Appender {
  const { events, commits, flush, discard } = logInserter(db)
  const earlierAnswer = earlierAnswers(db)

  /** Looks among what this transaction has added, too. */
  function answerBefore(request: AppendRequest): AppendResult | undefined {
    flush()
    return earlierAnswer(request, lookup.position)
  }

  function addEvents({ streams, counts, types, versions, data }: AppendRequest, end: LogEnd): void {
    let event = 0
    for (const [index, count] of counts.entries()) {
      const stream = streams[index]!
      let revision = end.heads.get(stream)!
      for (const last = event + count; event < last; event++) {
        events.add(++end.position, stream, ++revision, types[event]!, versions[event]!, data[event]!)
      }
      end.heads.set(stream, revision)
    }
  }

  return {
    flush,
    discard,
    append(request, end) {
      const count = request.types.length
      const unguarded = isUnguarded(request)
      const repeated = unguarded && count > 0 ? answerBefore(request) : undefined
      if (repeated) return repeated
      const checked = check(request, end.heads, refusals.uninformed(request))
      if ('refused' in checked) {
        const earlier = answerBefore(request)
        if (!earlier) refusals.note(request)
        return earlier ?? checked.refused
      }
      if (count > 0) {
        const { commandId, actor, correlationId, causationId } = request
        const flag = unguarded ? 1 : 0
        commits.add(end.position + 1, count, end.timeMs, commandId, actor, correlationId, causationId, flag)
        addEvents(request, end)
      }
      return { ok: true, position: end.position, timeMs: end.timeMs, revisions: checked.revisions }
    },
  }
}

type Checked = { readonly revisions: readonly number[] } | { readonly refused: AppendResult }

/**
 * A write to a stream that an earlier write of the same append names finds it as that one leaves it.
 * @param uninformed a stream of which the append was decided on what never came to be
 */
function check(
  { streams, expected, counts }: AppendRequest,
  heads: ReadonlyMap<string, number>,
  uninformed: string | undefined,
): Checked {
  const moved = new Map<string, number>()
  const revisions: number[] = []
  for (const [index, stream] of streams.entries()) {
    const actual = moved.get(stream) ?? heads.get(stream)!
    const isExpected = expected[index] === ANY_REVISION || expected[index] === actual
    if (!isExpected || stream === uninformed) {
      const refusal = { ok: false, reason: 'wrong_expected_revision', stream } as const
      return { refused: { ...refusal, actual: actual === NO_REVISION ? 'none' : actual } }
    }
    const revision = actual + counts[index]!
    if (counts[index]! > 0 && streams.length > 1) moved.set(stream, revision)
    revisions.push(revision)
  }
  return { revisions }
}
