import type { Field } from 'apache-arrow'
import { type TableRef, tablePath } from '../names.ts'
import type { Session } from '../session.ts'
import { patience } from '../transport/retry.ts'
import { isVastDbError, VastDbError } from '../vast-db-error.ts'
import { framesOf } from './frames.ts'
import { type Page, pageAssembler } from './pages.ts'

export type SplitQuery = {
  readonly ref: TableRef
  readonly wanted: readonly Field[]
  readonly body: Uint8Array
  readonly split: number
  readonly splits: number
  readonly subSplits: number
  readonly rowGroups: number
  /** A sub-split stops after as many rows, and goes on in the next request. */
  readonly rowsPerReply: number
  readonly signal?: AbortSignal | undefined
}

/** 2^48 - 1: no row has this id. */
const FINISHED = 281_474_976_710_655n

/**
 * The pages of one split, as they come. Where the connection breaks it is asked again for what has not come yet:
 * within a transaction no row is missing, and none comes twice.
 */
export async function* readSplit(session: Session, query: SplitQuery): AsyncGenerator<Page> {
  const next = Array.from({ length: query.subSplits }, () => 0n)
  let tries = patience(session.transport.retries, query.signal)
  let retryCount = 0
  while (next.some((rowId) => rowId !== FINISHED)) {
    const before = [...next]
    const moved = () => next.some((rowId, subSplit) => rowId !== before[subSplit])
    try {
      yield* readReply(session, query, next, retryCount)
      if (!moved()) throw new VastDbError('protocol', 'a query does not go on')
      retryCount = 0
      tries = patience(session.transport.retries, query.signal)
    } catch (error) {
      if (!isVastDbError(error, 'interrupted', 'timed_out', 'unreachable', 'slow_down', 'unavailable'))
        throw error
      if (moved()) tries = patience(session.transport.retries, query.signal)
      await tries.next(error)
      retryCount += 1
    }
  }
}

/** One request. @param next is moved on as pages are complete */
async function* readReply(
  session: Session,
  query: SplitQuery,
  next: bigint[],
  retries: number,
): AsyncGenerator<Page> {
  const { chunks } = await session.stream({
    method: 'GET',
    path: tablePath(query.ref),
    query: 'data',
    headers: headersOf(query, next, retries),
    body: query.body,
    turn: query.split,
    signal: query.signal,
  })
  const pages = pageAssembler(query.wanted)
  for await (const frame of framesOf(chunks)) {
    if (frame.is === 'keep_alive') continue
    if (frame.is === 'failed') throw new VastDbError('query_failed', 'the server gave a query up')
    if (frame.is === 'completed') {
      if (pages.isBetweenPages()) continue
      throw new VastDbError('protocol', 'a query is completed in the middle of a page')
    }
    if (next[frame.subSplit] === undefined) throw new VastDbError('protocol', 'there is no such sub-split')
    const page = pages.add(frame)
    if (!page) continue
    next[frame.subSplit] = frame.nextRowId
    yield page
  }
}

const headersOf = (query: SplitQuery, next: readonly bigint[], retries: number): Record<string, string> => ({
  'tabular-split': `${query.split},${query.splits},${query.rowGroups}`,
  'tabular-num-of-subsplits': String(query.subSplits),
  'tabular-request-format': 'string',
  'tabular-response-format': 'string',
  'tabular-enable-sorted-projections': 'True',
  'tabular-limit-rows': String(query.rowsPerReply),
  ...(retries > 0 && { 'tabular-retry-count': String(retries) }),
  ...Object.fromEntries(
    next.map((rowId, subSplit) => [`tabular-start-row-id-${subSplit}`, `${subSplit},${rowId}`]),
  ),
})
