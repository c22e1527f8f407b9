import { Field, Schema } from 'apache-arrow'
import { writeStream } from '../../../../services/adapters/vast-db/ipc/write-stream.ts'
import { gather } from '../arrow/gather.ts'
import { batchOf, END_OF_STREAM, readMessages } from '../arrow/ipc.ts'
import { idAt } from '../store/chunk.ts'
import { type Node, wrapped, wrappedType } from './leaves.ts'
import { rowIdColumn } from './row-id.ts'
import { cut, type Page, type Selection } from './scan.ts'

export const KEEP_ALIVE = frameHead(0xffffffff)
export const COMPLETED = frameHead(0xfffffffe)
/** With an error code. */
export const FAILED = Buffer.concat([frameHead(0xfffffffd), Buffer.alloc(12)])

function frameHead(streamId: number): Buffer {
  const head = Buffer.alloc(4)
  head.writeUInt32LE(streamId)
  return head
}

/** One page of a sub-split: a stream of its own for each leaf, as the database does it. @see section 6.4 */
export function* pageFrames(
  subSplit: number,
  leaves: readonly Node[],
  page: Page,
  rowsPerBatch: number,
): Generator<Buffer> {
  const batches = inBatches(page.selections, rowsPerBatch)
  // A query for no columns asks how many rows there are: one stream of batches without columns.
  for (let at = 0; at === 0 || at < leaves.length; at++) {
    for (const message of leafStream(leaves.slice(at, at + 1), batches)) {
      yield frame(subSplit, page.next, message)
    }
  }
}

function frame(subSplit: number, next: number, message: Uint8Array): Buffer {
  const head = Buffer.alloc(12)
  head.writeUInt32LE(subSplit)
  head.writeBigUInt64LE(BigInt(next), 4)
  return Buffer.concat([head, message])
}

function leafStream(leaves: readonly Node[], batches: readonly (readonly Selection[])[]): Uint8Array[] {
  const fields = leaves.map(({ field, path }, at) => {
    const type = wrappedType(field.type, path)
    return new Field('', type, true, new Map([['VAST:column_id', String(at)]]))
  })
  const data = batches.map((selections) => {
    const rows = selections.reduce((sum, { length }) => sum + length, 0)
    return batchOf(
      fields,
      leaves.map((leaf, at) => leafColumn(leaf, fields[at] as Field, selections)),
      rows,
    )
  })
  const { messages } = readMessages(writeStream(new Schema(fields), data))
  return [...messages.map(({ bytes }) => bytes), END_OF_STREAM]
}

function leafColumn({ source, field, path }: Node, { type }: Field, selections: readonly Selection[]) {
  if ('rowIds' in source) return rowIdColumn(source.rowIds, idsOf(selections))
  const parts = selections.map(({ chunk, ...rows }) => ({ ...rows, data: chunk.columns.get(source.column) }))
  return wrapped(gather(field.type, parts), type, path)
}

function idsOf(selections: readonly Selection[]): Float64Array {
  const ids = new Float64Array(selections.reduce((sum, { length }) => sum + length, 0))
  let to = 0
  for (const { chunk, rows, start, length } of selections) {
    for (let at = 0; at < length; at++) ids[to++] = idAt(chunk, rows ? (rows[at] as number) : start + at)
  }
  return ids
}

function inBatches(selections: readonly Selection[], rowsPerBatch: number): Selection[][] {
  const batches: Selection[][] = []
  let room = 0
  for (const selection of selections) {
    let left: Selection | undefined = selection
    while (left) {
      if (room === 0) {
        batches.push([])
        room = rowsPerBatch
      }
      const [taken, rest]: [Selection, Selection | undefined] = cut(left, room)
      batches.at(-1)?.push(taken)
      room -= taken.length
      left = rest
    }
  }
  return batches
}
