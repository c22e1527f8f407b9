import type { Field, RecordBatch } from 'apache-arrow'
import type { TableRef } from '../names.ts'
import type { Session } from '../session.ts'
import { isVastDbError, VastDbError } from '../vast-db-error.ts'
import { encodeQuery, type Query } from './encode-query.ts'
import { mergeStreams } from './merge-streams.ts'
import { type Clause, normalForm } from './normal-form.ts'
import type { Page } from './pages.ts'
import type { Predicate } from './predicate.ts'
import { readSplit } from './read-split.ts'

export type SelectOptions = {
  /** In this order; `$row_id` may be one of them. Default: all that are listed. */
  readonly columns?: readonly string[]
  /** Default: all rows. */
  readonly where?: Predicate
  /** The first rows that come: which they are is not said. */
  readonly limit?: number
  /** Into how many parts the table is cut, which are read from different addresses. Default: 1. */
  readonly splits?: number
  /** How many of them are read at a time. Default: as many as there are healthy addresses. */
  readonly parallel?: number
  /** Streams within one split. Default: 4. */
  readonly subSplits?: number
  /** Of 65,536 rows each, that stay together. Default: 8. */
  readonly rowGroups?: number
  /** What one stream brings at most before it is asked again: with subSplits, what is in memory. Default: 131,072. */
  readonly rowsPerReply?: number
  readonly signal?: AbortSignal
}

const DEFAULTS = { splits: 1, subSplits: 4, rowGroups: 8, rowsPerReply: 131_072 }
const MOST: Readonly<Record<keyof typeof DEFAULTS, number>> = {
  splits: 1_000_000,
  subSplits: 64,
  rowGroups: 1_000_000,
  rowsPerReply: 100_000_000,
}

/**
 * Rows as they come, in batches. They come in no order that could be relied on.
 * @param columns all that the table has, with those that are not listed but asked for
 */
export async function* selectRows(
  session: Session,
  ref: TableRef,
  columns: readonly Field[],
  options: SelectOptions,
): AsyncGenerator<RecordBatch> {
  let left = options.limit ?? Number.POSITIVE_INFINITY
  for await (const { batches } of selectPages(session, ref, columns, options)) {
    for (const batch of batches) {
      yield batch.numRows > left ? batch.slice(0, left) : batch
      left -= batch.numRows
      if (left <= 0) return
    }
  }
}

/** How many rows there are, of which no column is sent. */
export async function countRows(
  session: Session,
  ref: TableRef,
  columns: readonly Field[],
  options: Omit<SelectOptions, 'columns' | 'limit'>,
): Promise<number> {
  let count = 0
  for await (const { rows } of selectPages(session, ref, columns, { ...options, columns: [] })) count += rows
  return count
}

async function* selectPages(
  session: Session,
  ref: TableRef,
  columns: readonly Field[],
  options: SelectOptions,
): AsyncGenerator<Page> {
  const query = queryOf(columns, options)
  if (!query || options.limit === 0) return
  const { splits, subSplits, rowGroups, rowsPerReply } = sizesOf(options)
  const stop = new AbortController()
  const signal = options.signal ? AbortSignal.any([options.signal, stop.signal]) : stop.signal
  const body = encodeQuery(query)
  const { wanted } = query
  const parts = Array.from({ length: splits }, (_, split) =>
    readSplit(session, { ref, wanted, body, split, splits, subSplits, rowGroups, rowsPerReply, signal }),
  )
  const healthy = session.transport.endpoints.health().filter((endpoint) => endpoint.healthy)
  try {
    yield* mergeStreams(parts, options.parallel ?? healthy.length, () => stop.abort())
  } catch (error) {
    if (isVastDbError(error) || !options.signal?.aborted) throw error
    throw new VastDbError('aborted', 'the query was given up', { cause: error })
  }
}

/** @returns undefined if no row can satisfy the filter */
function queryOf(columns: readonly Field[], options: SelectOptions): Query | undefined {
  const clauses = options.where ? normalForm(options.where) : []
  if (!clauses) return undefined
  const names = options.columns ?? columns.map(({ name }) => name)
  const wanted = fieldsNamed(columns, names)
  const lookedAt = fieldsNamed(
    columns,
    namesIn(clauses).filter((name) => !names.includes(name)),
  )
  return { wanted, lookedAt, clauses }
}

const namesIn = (clauses: readonly Clause[]): readonly string[] => [
  ...new Set(clauses.map(({ column }) => column[0] ?? '')),
]

const fieldsNamed = (columns: readonly Field[], names: readonly string[]): readonly Field[] =>
  names.map((name) => {
    const field = columns.find((column) => column.name === name)
    if (!field) throw new VastDbError('bad_argument', `there is no column ${JSON.stringify(name)}`)
    return field
  })

function sizesOf(options: SelectOptions): typeof DEFAULTS {
  const { limit } = options
  if (limit !== undefined && !(Number.isSafeInteger(limit) && limit >= 0)) throw badSize('limit', limit)
  const sizes = { ...DEFAULTS }
  for (const name of Object.keys(DEFAULTS) as (keyof typeof DEFAULTS)[]) {
    const size = options[name] ?? DEFAULTS[name]
    if (!Number.isSafeInteger(size) || size < 1 || size > MOST[name]) throw badSize(name, size)
    sizes[name] = size
  }
  return { ...sizes, rowsPerReply: Math.min(sizes.rowsPerReply, limit || sizes.rowsPerReply) }
}

const badSize = (name: string, size: number) => new VastDbError('bad_argument', `${name} cannot be ${size}`)
