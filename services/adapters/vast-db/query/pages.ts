import { type Data, type Field, makeData, RecordBatch, Schema, Struct } from 'apache-arrow'
import { decodeBatches } from '../ipc/decode-stream.ts'
import { VastDbError } from '../vast-db-error.ts'
import type { Frame } from './frames.ts'
import { leafCount, mergeLeaves } from './merge-leaves.ts'

/** Rows that are complete. Without columns, only their number says something. */
export type Page = { readonly rows: number; readonly batches: readonly RecordBatch[] }

type MessageFrame = Extract<Frame, { readonly is: 'schema' | 'batch' | 'end' }>

/** One leaf of a column; the server may cut each one in other places. */
type Leaf = readonly Data[]

type SubSplit = { messages: Uint8Array[] | undefined; leaves: Leaf[]; rows: number }

export type PageAssembler = {
  /** @returns the page that the frame ends, if it ends one */
  add(frame: MessageFrame): Page | undefined
  /** No sub-split is in the middle of a page. */
  isBetweenPages(): boolean
}

/** Each sub-split sends its columns one stream after the other; all of them make a page. */
export function pageAssembler(columns: readonly Field[]): PageAssembler {
  const schema = new Schema([...columns])
  const leavesPerPage = columns.reduce((sum, column) => sum + leafCount(column), 0)
  const subSplits = new Map<number, SubSplit>()
  return {
    add(frame) {
      const open = subSplits.get(frame.subSplit) ?? { messages: undefined, leaves: [], rows: 0 }
      subSplits.set(frame.subSplit, open)
      if ((frame.is === 'schema') !== (open.messages === undefined)) throw outOfOrder()
      open.messages = [...(open.messages ?? []), ...frame.pieces]
      if (frame.is !== 'end') return undefined
      takeStream(open, open.messages)
      open.messages = undefined
      if (open.leaves.length < leavesPerPage) return undefined
      if (open.leaves.length > leavesPerPage) throw outOfOrder()
      subSplits.delete(frame.subSplit)
      if (columns.length === 0) return { rows: open.rows, batches: [] }
      return pageOf(schema, open.leaves)
    },
    isBetweenPages: () => subSplits.size === 0,
  }
}

function takeStream(subSplit: SubSplit, messages: readonly Uint8Array[]): void {
  const { schema, batches } = decodeBatches(messages)
  for (const index of schema.fields.keys())
    subSplit.leaves.push(
      batches.map((batch) => batch.data.children[index]!).filter(({ length }) => length > 0),
    )
  for (const batch of batches) subSplit.rows += batch.numRows
}

function pageOf(schema: Schema, leaves: readonly Leaf[]): Page {
  const rows = rowsOf(leaves[0]!)
  if (leaves.some((leaf) => rowsOf(leaf) !== rows)) throw outOfOrder()
  const batches = cutAlike(leaves).map((piece) => batchOf(schema, piece))
  return { rows, batches }
}

function batchOf(schema: Schema, leaves: readonly Data[]): RecordBatch {
  let from = 0
  const children = schema.fields.map((field) => {
    const count = leafCount(field)
    from += count
    return mergeLeaves(field, leaves.slice(from - count, from))
  })
  const length = leaves[0]?.length ?? 0
  return new RecordBatch(
    schema,
    makeData({ type: new Struct(schema.fields), length, nullCount: 0, children }),
  )
}

/** Pieces of all leaves, cut wherever one of them is. Nothing is copied. */
function cutAlike(leaves: readonly Leaf[]): readonly (readonly Data[])[] {
  const cuts = [...new Set(leaves.flatMap(endsOf))].sort((left, right) => left - right)
  const pieces = leaves.map((leaf) => cutAt(leaf, cuts))
  return cuts.map((_, at) => pieces.map((piece) => piece[at]!))
}

function endsOf(leaf: Leaf): readonly number[] {
  let end = 0
  return leaf.map(({ length }) => {
    end += length
    return end
  })
}

function cutAt(leaf: Leaf, cuts: readonly number[]): readonly Data[] {
  let [chunk, chunkStart, from] = [0, 0, 0]
  return cuts.map((to) => {
    const data = leaf[chunk]!
    const piece =
      from === chunkStart && to - from === data.length ? data : data.slice(from - chunkStart, to - from)
    from = to
    if (to === chunkStart + data.length) [chunk, chunkStart] = [chunk + 1, to]
    return piece
  })
}

const rowsOf = (leaf: Leaf): number => leaf.reduce((sum, { length }) => sum + length, 0)

const outOfOrder = () =>
  new VastDbError('protocol', 'columns of a query come in another order than they were asked for')
