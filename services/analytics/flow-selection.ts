import { setImmediate as nextTurn } from 'node:timers/promises'
import type { TimeRange } from '../../contracts/time/timerange.ts'
import { type FlowRow, ofRow } from '../../projections/analytics/flow-state.ts'
import type { FlowState } from '../../projections/analytics/view-write.ts'
import { timeKeys } from '../catalog/time-key.ts'
import type { AnalyticsReader } from './analytics-reader.ts'
import { segmentsIn } from './segments-in.ts'

/** Which flows are meant: all, unless something is said. */
export type FlowFilter = {
  readonly flow_id?: string | undefined
  readonly source_id?: string | undefined
  /** Tag by tag, values of which the flow has one. */
  readonly tags: ReadonlyMap<string, readonly string[]>
  readonly range: TimeRange
}

/** What one answer adds up, at most: to look at so many takes a fraction of a second. */
export const MAX_FLOWS = 10_000

/** More flows are meant than are added up for one answer. */
export class TooManyFlows extends Error {
  override readonly name = 'TooManyFlows'
}

export const isEverything = ({ flow_id, source_id, tags, range }: FlowFilter): boolean =>
  flow_id === undefined && source_id === undefined && tags.size === 0 && isAllTime(range)

export const isAllTime = (range: TimeRange): boolean =>
  range.kind === 'range' && range.start === null && range.end === null

/**
 * The flows that are there and pass, by id; by timerange, those with a segment in it, as GET /flows has it.
 * Gives way to other requests now and then.
 * @throws TooManyFlows
 */
export async function* selectedFlows(
  { prepare }: AnalyticsReader,
  filter: FlowFilter,
): AsyncGenerator<FlowState> {
  const { sql, parameters } = whereOf(filter)
  const rows = prepare(
    `SELECT key FROM flows WHERE is_live = 1 ${sql} ORDER BY id LIMIT ${MAX_FLOWS + 1}`,
  ).all(...parameters) as { key: number }[]
  if (rows.length > MAX_FLOWS) {
    throw new TooManyFlows(
      `more than ${MAX_FLOWS} Flows are meant: ask for fewer by source_id, flow_id or tag`,
    )
  }
  const one = prepare('SELECT * FROM flows WHERE key = ?')
  const { range } = filter
  const isBounded = range.kind === 'range' && !isAllTime(range)
  const inRange = isBounded ? segmentsIn(prepare, range).hasAny : () => true
  for (const [index, { key }] of rows.entries()) {
    if (index % TURN_EVERY === TURN_EVERY - 1) await nextTurn()
    if (inRange(key)) yield ofRow(one.get(key) as unknown as FlowRow)
  }
}

/** Flows that are looked at without giving way: some milliseconds. */
const TURN_EVERY = 50

function whereOf({ flow_id, source_id, tags, range }: FlowFilter) {
  const conditions: string[] = []
  const parameters: (string | number)[] = []
  const add = (sql: string, ...values: readonly (string | number)[]) => {
    conditions.push(`AND ${sql}`)
    parameters.push(...values)
  }
  if (flow_id !== undefined) add('id = ?', flow_id)
  if (source_id !== undefined) add('source_id = ?', source_id)
  for (const [name, values] of tags) {
    const places = values.map(() => '?').join(', ')
    add(`key IN (SELECT flow FROM flow_tags WHERE name = ? AND value IN (${places}))`, name, ...values)
  }
  if (range.kind === 'range' && !isAllTime(range)) {
    const { first, last } = timeKeys(range)
    // About: whether a segment is in between is looked at flow by flow.
    if (range.end) add('(first_s, first_ns) <= (?, ?)', ...last)
    if (range.start) add('(last_s, last_ns) >= (?, ?)', ...first)
  }
  if (range.kind === 'empty') add('segments = 0')
  return { sql: conditions.join(' '), parameters }
}
