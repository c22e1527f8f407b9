import { type Cuts, END, isBefore, isBeyond, START, STRIDE } from './cuts.ts'

/**
 * Cuts in chunks, so that a change copies a few of them and shares the rest with the value before. All ranges
 * of `tail` come after those of `sealed`, and it is empty only if everything is. Where media arrives in
 * order only the tail changes.
 */
export type ChunkedCuts = { readonly sealed: readonly Cuts[]; readonly tail: Cuts }

/** Numbers, not ranges. A sealed chunk that falls below the minimum is joined with the next. */
const MAX_CHUNK = 256 * STRIDE
const MIN_CHUNK = 64 * STRIDE

/** Gives back the very cuts it was given where there is nothing to do. */
type Change = (cuts: Cuts, range: Cuts) => Cuts

/** Applies `change` where it may matter: to the chunks that `range` overlaps or touches, joined into one. */
export function edit(chunked: ChunkedCuts, range: Cuts, change: Change): ChunkedCuts {
  const { sealed } = chunked
  const first = firstChunkReaching(sealed, range, true)
  const end = first === sealed.length ? first : Math.max(first + 1, firstChunkAfter(sealed, range))
  return end < sealed.length
    ? editSealed(chunked, first, end, range, change)
    : editToTail(chunked, first, range, change)
}

/** The chunk with the first range that ends beyond the start of `range`, if any does. */
export function chunkReaching({ sealed, tail }: ChunkedCuts, range: Cuts): Cuts {
  return sealed[firstChunkReaching(sealed, range, false)] ?? tail
}

/** Edits the sealed chunks from `first` up to `end`, which is sealed too and out of reach of `range`. */
function editSealed(
  chunked: ChunkedCuts,
  first: number,
  end: number,
  range: Cuts,
  change: Change,
): ChunkedCuts {
  const { sealed, tail } = chunked
  const affected = firstAndLast(sealed, first, end)
  const changed = change(affected, range)
  if (changed === affected) return chunked
  const takesNext = changed.length < MIN_CHUNK
  const chunks = inChunks(takesNext ? changed.concat(sealed[end]!) : changed)
  return { sealed: sealed.toSpliced(first, end - first + (takesNext ? 1 : 0), ...chunks), tail }
}

/** Edits the tail and the sealed chunks from `first` on, if any. */
function editToTail(chunked: ChunkedCuts, first: number, range: Cuts, change: Change): ChunkedCuts {
  const { sealed, tail } = chunked
  const isTailOnly = first === sealed.length
  const affected = isTailOnly ? tail : firstAndLast(sealed, first, sealed.length).concat(tail)
  const changed = change(affected, range)
  if (changed === affected) return chunked
  const chunks = inChunks(changed)
  if (isTailOnly && chunks.length === 1) return { sealed, tail: changed }
  const all = sealed.slice(0, first).concat(chunks)
  const newTail = all.pop() ?? []
  return { sealed: all, tail: newTail }
}

/** Index of the first chunk which ends beyond the start of `range`, or at it where `orAt`; else the chunks' number. */
function firstChunkReaching(chunks: readonly Cuts[], range: Cuts, orAt: boolean): number {
  const reaches = (chunk: Cuts) => isBeyond(chunk, chunk.length - STRIDE + END, range, START, orAt)
  const last = chunks.at(-1)
  return last === undefined || !reaches(last) ? chunks.length : firstWhere(chunks, reaches)
}

function firstChunkAfter(chunks: readonly Cuts[], range: Cuts): number {
  return firstWhere(chunks, (chunk) => isBefore(range, END, chunk, START))
}

/** Binary search: `isTrue` is false for some first chunks, then true for all others. */
function firstWhere(chunks: readonly Cuts[], isTrue: (chunk: Cuts) => boolean): number {
  let low = 0
  let high = chunks.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (isTrue(chunks[middle]!)) high = middle
    else low = middle + 1
  }
  return low
}

/** The chunks between the two are left out: what reaches from the first to the last takes in all of them. */
function firstAndLast(chunks: readonly Cuts[], first: number, end: number): Cuts {
  return end - first === 1 ? chunks[first]! : chunks[first]!.concat(chunks[end - 1]!)
}

/** In equal parts no longer than a chunk may be; none for no cuts. */
function inChunks(cuts: Cuts): Cuts[] {
  if (cuts.length <= MAX_CHUNK) return cuts.length === 0 ? [] : [cuts]
  const count = cuts.length / STRIDE
  const parts = Math.ceil(cuts.length / MAX_CHUNK)
  return Array.from({ length: parts }, (_, part) =>
    cuts.slice(
      Math.floor((part * count) / parts) * STRIDE,
      Math.floor(((part + 1) * count) / parts) * STRIDE,
    ),
  )
}
