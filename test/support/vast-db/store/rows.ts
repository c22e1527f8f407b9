import { badRequest, notFound } from '../refusal.ts'
import { type Chunk, chunkOf, merged, rowOfId, withoutRows, withValues } from './chunk.ts'
import type { Rows, Table } from './table.ts'

/** Chunks of more rows are left as they are: there are few of them. */
const MERGED_UP_TO = 8192

/** The table with more rows, at ids that nobody has. */
export function insertRows(table: Table, { ids, columns }: Rows): Table {
  const added = chunkOf(ids, columns)
  const after = table.chunks.findIndex(({ first }) => first > added.first)
  const at = after < 0 ? table.chunks.length : after
  const clashes = (chunk: Chunk | undefined) =>
    chunk && chunk.last >= added.first && chunk.first <= added.last
  if (clashes(table.chunks[at - 1]) || clashes(table.chunks[at])) {
    throw badRequest(
      'Found duplicate row ids or not in ascending order: the ids lie among those of other rows',
    )
  }
  const chunks = [...table.chunks.slice(0, at), added, ...table.chunks.slice(at)]
  if (at === chunks.length - 1) mergeLast(chunks, table)
  return { ...table, chunks, rows: table.rows + ids.length, inserted: table.inserted + ids.length }
}

/** Many small inserts: each row is copied as often as a doubling of chunks takes, not once for each insert. */
function mergeLast(chunks: Chunk[], table: Table): void {
  for (;;) {
    const last = chunks.at(-1)
    const before = chunks.at(-2)
    if (!last || !before || before.length + last.length > MERGED_UP_TO || before.length > last.length * 2)
      return
    chunks.splice(-2, 2, merged([before, last], table.columns))
  }
}

/** @throws Refusal where a row is not there: a client that updates what it does not see is wrong */
export function updateRows(table: Table, { ids, columns }: Rows): Table {
  const chunks = eachChunk(table, ids, (chunk, rows, from) =>
    withValues(chunk, rows, from, columns, table.columns),
  )
  return { ...table, chunks }
}

/** @throws Refusal where a row is not there */
export function deleteRows(table: Table, ids: Float64Array): Table {
  const chunks = eachChunk(table, ids, (chunk, rows) => withoutRows(chunk, rows, table.columns))
  return { ...table, chunks, rows: table.rows - ids.length }
}

type ChangeChunk = (chunk: Chunk, rows: readonly number[], from: number) => Chunk | undefined

/** Gives each chunk that has rows of a statement those rows, and where in the statement they begin. */
function eachChunk({ chunks }: Table, ids: Float64Array, change: ChangeChunk): Chunk[] {
  const changed: Chunk[] = []
  let at = 0
  for (const chunk of chunks) {
    const from = at
    const rows: number[] = []
    while (at < ids.length && (ids[at] as number) <= chunk.last) rows.push(found(chunk, ids[at++] as number))
    const after = rows.length > 0 ? change(chunk, rows, from) : chunk
    if (after) changed.push(after)
  }
  if (at < ids.length) throw noRow(ids[at] as number)
  return changed
}

function found(chunk: Chunk, id: number): number {
  const row = rowOfId(chunk, id)
  if (row < 0) throw noRow(id)
  return row
}

const noRow = (id: number) => notFound(`there is no row ${id}`)
