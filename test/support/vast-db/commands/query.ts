import { readable } from '../arrow/ipc.ts'
import { COMPLETED, KEEP_ALIVE, pageFrames } from '../query/frames.ts'
import { type Node, nodesOf } from '../query/leaves.ts'
import { predicateOf } from '../query/predicate.ts'
import { type Query, queryOf } from '../query/relation.ts'
import { NO_ROW } from '../query/row-id.ts'
import { IDS_PER_ROW_GROUP, pages, scan } from '../query/scan.ts'
import { tableOf } from '../store/database.ts'
import type { Table } from '../store/table.ts'
import { type Call, type Command, type Reply, type Settings, tableAddress } from './command.ts'
import { type Plan, planOf } from './query-plan.ts'

export const QUERY_COMMANDS: Record<string, Command> = {
  GET: {
    of: 'table',
    body: 'some',
    required: [
      'tabular-split',
      'tabular-num-of-subsplits',
      'tabular-request-format',
      'tabular-response-format',
    ],
    headers: [
      'tabular-start-row-id-',
      'tabular-limit-rows',
      'tabular-enable-sorted-projections',
      'tabular-schedule-id',
      'tabular-retry-count',
    ],
    run: query,
  },
}

function query(call: Call): Reply {
  const table = tableOf(call.transaction.seen(), tableAddress(call))
  const asked = readable(() => queryOf(call.request.body, (fields) => nodesOf(table, fields)))
  const plan = planOf(call.request)
  return {
    body: plan.isEstimate ? estimate(table, asked) : answer(table, asked, plan, call.engine.settings),
  }
}

/** Frames of all unfinished sub-splits in turn, each answered if only with no rows. @see section 6.10 */
function* answer(
  table: Table,
  { leaves, clauses }: Query,
  plan: Plan,
  settings: Settings,
): Generator<Buffer> {
  const predicate = predicateOf(clauses)
  const streams = plan.starts.flatMap((start, subSplit) => {
    if (start === NO_ROW) return []
    const scanned = scan(table.chunks, plan.share(subSplit), start, predicate)
    const limits = { rowsPerPage: settings.rowsPerPage, limit: plan.limit }
    return [framesOf(subSplit, leaves, pages(scanned, limits), settings)]
  })
  let sent = 0
  for (const frame of inTurn(streams)) {
    if (settings.framesPerKeepAlive > 0 && sent++ % settings.framesPerKeepAlive === 0) yield KEEP_ALIVE
    yield frame
  }
  yield COMPLETED
}

function* framesOf(
  subSplit: number,
  leaves: readonly Node[],
  all: ReturnType<typeof pages>,
  settings: Settings,
) {
  for (const page of all) yield* pageFrames(subSplit, leaves, page, settings.rowsPerBatch)
}

function* inTurn<T>(streams: readonly Iterator<T>[]): Generator<T> {
  const left = [...streams]
  while (left.length > 0) {
    for (const stream of [...left]) {
      const { value, done } = stream.next()
      if (done) left.splice(left.indexOf(stream), 1)
      else yield value
    }
  }
}

/** A first batch that is one row long for each row group there is. @see section 6.9 */
function* estimate(table: Table, { leaves, clauses }: Query): Generator<Buffer> {
  const all = { slot: 0, slots: 1, idsPerUnit: IDS_PER_ROW_GROUP }
  const limit = Math.ceil(table.rows / IDS_PER_ROW_GROUP)
  const limits = { rowsPerPage: limit, limit }
  const [page] = pages(scan(table.chunks, all, 0, predicateOf(clauses)), limits)
  if (page) yield* pageFrames(0, leaves, { ...page, next: NO_ROW }, Math.max(1, limit))
  yield COMPLETED
}
