import type { Data } from 'apache-arrow'
import { gather, type Part } from '../arrow/gather.ts'
import type { Column } from './table.ts'

/**
 * Some rows of a table, column by column. A column that came later is not among them: all NULL.
 * Deleted rows stay until half of them are gone.
 */
export type Chunk = {
  readonly length: number
  readonly first: number
  readonly last: number
  /** Not there where row ids follow one another without a gap. */
  readonly ids: Float64Array | undefined
  /** 1 for a row that is deleted; not there where none is. */
  readonly dead: Uint8Array | undefined
  readonly deadCount: number
  readonly columns: ReadonlyMap<number, Data>
}

export function chunkOf(ids: Float64Array, columns: ReadonlyMap<number, Data>): Chunk {
  const { length } = ids
  const first = ids[0] as number
  const last = ids[length - 1] as number
  const isWithoutGap = last - first === length - 1
  return { length, first, last, ids: isWithoutGap ? undefined : ids, dead: undefined, deadCount: 0, columns }
}

export const idAt = ({ first, ids }: Chunk, row: number): number => (ids ? (ids[row] as number) : first + row)

/** The first row whose id is not below one; all rows if there is none. */
export function lowerBound(chunk: Chunk, id: number): number {
  if (!chunk.ids) return Math.min(chunk.length, Math.max(0, id - chunk.first))
  let low = 0
  let high = chunk.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((chunk.ids[middle] as number) < id) low = middle + 1
    else high = middle
  }
  return low
}

/** The row of an id. @returns -1 where there is none */
export function rowOfId(chunk: Chunk, id: number): number {
  const row = lowerBound(chunk, id)
  return row < chunk.length && idAt(chunk, row) === id && !chunk.dead?.[row] ? row : -1
}

/** The chunk without some of its rows. @returns undefined where none is left */
export function withoutRows(
  chunk: Chunk,
  rows: readonly number[],
  columns: readonly Column[],
): Chunk | undefined {
  const dead = chunk.dead ? chunk.dead.slice() : new Uint8Array(chunk.length)
  for (const row of rows) dead[row] = 1
  const deadCount = chunk.deadCount + rows.length
  if (deadCount === chunk.length) return undefined
  const rest = { ...chunk, dead, deadCount }
  return deadCount * 2 > chunk.length ? merged([rest], columns) : rest
}

/** The chunk with other values in some columns: `rows[i]` takes them from `from + i` of the statement. */
export function withValues(
  chunk: Chunk,
  rows: readonly number[],
  from: number,
  values: ReadonlyMap<number, Data>,
  columns: readonly Column[],
): Chunk {
  const changed = new Map(chunk.columns)
  for (const { id, field } of columns) {
    const data = values.get(id)
    if (data) changed.set(id, gather(field.type, patched(chunk, rows, from, chunk.columns.get(id), data)))
  }
  return { ...chunk, columns: changed }
}

function patched(
  chunk: Chunk,
  rows: readonly number[],
  from: number,
  before: Data | undefined,
  data: Data,
): Part[] {
  const parts: Part[] = []
  let at = 0
  for (let i = 0; i < rows.length; ) {
    const start = rows[i] as number
    let run = 1
    while (i + run < rows.length && rows[i + run] === start + run) run++
    if (start > at) parts.push({ data: before, start: at, length: start - at })
    parts.push({ data, start: from + i, length: run })
    at = start + run
    i += run
  }
  if (at < chunk.length) parts.push({ data: before, start: at, length: chunk.length - at })
  return parts
}

/** Rows of chunks that follow one another as one chunk, those that are deleted left out. */
export function merged(chunks: readonly Chunk[], columns: readonly Column[]): Chunk {
  const live = chunks.map((chunk) => ({ chunk, rows: liveRows(chunk) }))
  const ids = new Float64Array(live.reduce((sum, { rows }) => sum + rows.length, 0))
  let to = 0
  for (const { chunk, rows } of live) for (const row of rows) ids[to++] = idAt(chunk, row)
  const data = columns.map(({ id, field }): [number, Data] => [
    id,
    gather(
      field.type,
      live.map(({ chunk, rows }) => ({ data: chunk.columns.get(id), rows, length: rows.length })),
    ),
  ])
  return chunkOf(ids, new Map(data))
}

function liveRows({ length, dead, deadCount }: Chunk): Uint32Array {
  const rows = new Uint32Array(length - deadCount)
  let to = 0
  for (let row = 0; row < length; row++) if (!dead?.[row]) rows[to++] = row
  return rows
}
