import type { EventContext } from '../../../../contracts/events/recorded-event.ts'
import { currentVersion } from '../../../../contracts/events/upcast.ts'
import type { ExpectedRevision, StreamWrite } from '../../../ports/event-log.ts'
import { checkedStreamName } from '../stream-name.ts'
import { ANY_REVISION, type AppendRequest, NO_REVISION } from './writer-messages.ts'

/**
 * Makes an append ready to cross to the writer thread.
 * @throws TypeError, RangeError for what only a bug can cause: no writes, a stream name that SQLite would
 *   cut or change, a revision that cannot be, data that JSON has no text for.
 */
export function encodeAppend(
  context: EventContext,
  writes: readonly StreamWrite[],
  refusalsTold: number,
): AppendRequest {
  if (writes.length === 0) throw new TypeError('an append of no writes')
  const streams: string[] = []
  const expected: number[] = []
  const counts: number[] = []
  const types: string[] = []
  const versions: number[] = []
  const data: string[] = []
  for (const write of writes) {
    streams.push(checkedStreamName(write.stream))
    expected.push(revisionNumber(write.expectedRevision))
    counts.push(write.events.length)
    for (const event of write.events) {
      types.push(event.type)
      versions.push(currentVersion(event.type))
      data.push(jsonText(event.data))
    }
  }
  const { commandId, actor, correlationId, causationId } = context
  return {
    kind: 'append',
    commandId,
    actor,
    correlationId,
    causationId,
    streams,
    expected,
    counts,
    types,
    versions,
    data,
    refusalsTold,
  }
}

/** @throws TypeError where JSON has no text for it. */
export function jsonText(value: unknown): string {
  const text: string | undefined = JSON.stringify(value)
  if (text === undefined) throw new TypeError('JSON has no text for undefined')
  return text
}

function revisionNumber(expected: ExpectedRevision): number {
  if (expected === 'none') return NO_REVISION
  if (expected === 'any') return ANY_REVISION
  if (!Number.isSafeInteger(expected) || expected < 0)
    throw new RangeError(`no stream is ever at revision ${expected}`)
  return expected
}
