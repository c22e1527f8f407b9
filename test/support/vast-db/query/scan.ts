import { type Chunk, idAt, lowerBound } from '../store/chunk.ts'
import type { Predicate } from './predicate.ts'
import { NO_ROW } from './row-id.ts'

/** Rows of one chunk: those listed, or `length` of them from `start`. */
export type Selection = {
  readonly chunk: Chunk
  readonly rows?: Uint32Array
  readonly start: number
  readonly length: number
}

/** Which row ids one stream of a query is about: every `slots`th unit of row groups. @see section 6.7 */
export type Share = { readonly slot: number; readonly slots: number; readonly idsPerUnit: number }

export const IDS_PER_ROW_GROUP = 65_536

/** Rows of a share that a predicate holds for, from a row id on, ascending, no more than a row group at a time. */
export function* scan(
  chunks: readonly Chunk[],
  share: Share,
  from: number,
  predicate: Predicate | undefined,
): Generator<Selection> {
  for (const chunk of chunks) {
    if (chunk.last < from) continue
    let id = nextOwned(share, Math.max(from, chunk.first))
    while (id <= chunk.last) {
      const end = Math.min(endOfUnit(share, id), endOfGroup(id))
      const start = lowerBound(chunk, id)
      const selection = selected(chunk, start, lowerBound(chunk, end) - start, predicate)
      if (selection.length > 0) yield selection
      id = nextOwned(share, end)
    }
  }
}

function selected(chunk: Chunk, start: number, length: number, predicate: Predicate | undefined): Selection {
  if (!predicate && !chunk.dead) return { chunk, start, length }
  const all = new Uint32Array(length).map((_, at) => start + at)
  const live = chunk.dead ? all.filter((row) => !chunk.dead?.[row]) : all
  const rows = predicate ? predicate(chunk, live) : live
  return { chunk, rows, start: 0, length: rows.length }
}

const endOfUnit = ({ idsPerUnit }: Share, id: number): number =>
  (Math.floor(id / idsPerUnit) + 1) * idsPerUnit

const endOfGroup = (id: number): number => (Math.floor(id / IDS_PER_ROW_GROUP) + 1) * IDS_PER_ROW_GROUP

function nextOwned({ slot, slots, idsPerUnit }: Share, id: number): number {
  const unit = Math.floor(id / idsPerUnit)
  const ahead = (slot - (unit % slots) + slots) % slots
  return ahead === 0 ? id : (unit + ahead) * idsPerUnit
}

export const firstId = ({ chunk, rows, start }: Selection): number =>
  idAt(chunk, rows ? (rows[0] as number) : start)

/** A selection's first rows, and what is left of it. */
export function cut(selection: Selection, length: number): [Selection, Selection | undefined] {
  if (selection.length <= length) return [selection, undefined]
  const { chunk, rows, start } = selection
  const left = selection.length - length
  if (!rows)
    return [
      { chunk, start, length },
      { chunk, start: start + length, length: left },
    ]
  return [
    { chunk, rows: rows.subarray(0, length), start: 0, length },
    { chunk, rows: rows.subarray(length), start: 0, length: left },
  ]
}

/** Rows that are sent together, and where their share goes on. */
export type Page = { readonly selections: readonly Selection[]; readonly rows: number; readonly next: number }

export type PageLimits = { readonly rowsPerPage: number; readonly limit: number }

/** The rows of a scan in pages, at most `limit` of them; at least one page, if only of no rows. */
export function* pages(scanned: Iterator<Selection>, { rowsPerPage, limit }: PageLimits): Generator<Page> {
  let left: Selection | undefined = following(scanned)
  let room = limit
  do {
    const selections: Selection[] = []
    let rows = 0
    while (left && rows < Math.min(rowsPerPage, room)) {
      const [taken, rest] = cut(left, Math.min(rowsPerPage, room) - rows)
      selections.push(taken)
      rows += taken.length
      left = rest ?? following(scanned)
    }
    room -= rows
    yield { selections, rows, next: left ? firstId(left) : NO_ROW }
  } while (left && room > 0)
}

function following(scanned: Iterator<Selection>): Selection | undefined {
  const { value, done } = scanned.next()
  return done ? undefined : value
}
