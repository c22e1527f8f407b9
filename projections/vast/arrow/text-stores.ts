import { type ColumnBuilder, extended, type Store } from './column-store.ts'

/** Joined, they are written by one call; more of them would outlive a collection of garbage. */
const TEXTS_AT_ONCE = 64
/** UTF-8 bytes of one UTF-16 unit, at most. */
const MOST_BYTES = 3

export function textStore(): Store<string> {
  let offsets = new Int32Array(1)
  let bytes = Buffer.alloc(0)
  let used = 0
  let hint = 1_024
  /** Set and not yet written, none of them empty: from the value after `writtenTo`. */
  let texts: string[] = []
  let units = 0
  let writtenTo = 0
  const makeRoom = (more: number) => {
    if (used + more <= bytes.length) return
    const longer = Buffer.allocUnsafeSlow(Math.max(2 * bytes.length, used + more, hint))
    bytes.copy(longer, 0, 0, used)
    bytes = longer
  }
  /** Offsets were told as if each unit were a byte, as it is in ASCII. */
  const writeOneByOne = (end: number) => {
    let from = used
    let next = 0
    for (let index = writtenTo; index < end; index++) {
      const isEmpty = offsets[index + 1] === from
      from = offsets[index + 1]!
      if (!isEmpty) used += bytes.write(texts[next++]!, used)
      offsets[index + 1] = used
    }
  }
  const write = (end: number) => {
    makeRoom(units * MOST_BYTES)
    if (bytes.write(texts.join(''), used) === units) used += units
    else writeOneByOne(end)
    texts = []
    units = 0
    writtenTo = end
  }
  return {
    grow: (capacity) => {
      offsets = extended(offsets, capacity + 1)
    },
    set: (index, text) => {
      if (text.length > 0) texts.push(text)
      units += text.length
      offsets[index + 1] = used + units
      if (texts.length === TEXTS_AT_ONCE) write(index + 1)
    },
    skip: (index) => {
      offsets[index + 1] = used + units
    },
    take: (length) => {
      write(length)
      const taken = { valueOffsets: offsets.subarray(0, length + 1), data: bytes.subarray(0, used) }
      offsets = new Int32Array(1)
      bytes = Buffer.alloc(0)
      // The next one mostly has as much.
      hint = used + MOST_BYTES * TEXTS_AT_ONCE
      used = writtenTo = 0
      return taken
    },
  }
}

/** @param items builds the column of all texts of all lists */
export function textsStore(items: ColumnBuilder): Store<readonly string[]> {
  let offsets = new Int32Array(1)
  let count = 0
  return {
    grow: (capacity) => {
      offsets = extended(offsets, capacity + 1)
    },
    set: (index, texts) => {
      for (const text of texts) items.append(text)
      count += texts.length
      offsets[index + 1] = count
    },
    skip: (index) => {
      offsets[index + 1] = count
    },
    take: (length) => {
      const taken = { valueOffsets: offsets.subarray(0, length + 1), child: items.take() }
      offsets = new Int32Array(1)
      count = 0
      return taken
    },
  }
}
