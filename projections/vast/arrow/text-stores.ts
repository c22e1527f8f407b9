import { type ColumnBuilder, extended, type Store } from './column-store.ts'

/** Shorter texts are copied faster than the call of a native function takes. */
const SHORT = 64
/** UTF-8 bytes of one UTF-16 unit, at most. */
const MOST_BYTES = 3
const DELETE = 0x7f

export function textStore(): Store<string> {
  let offsets = new Int32Array(1)
  let bytes = Buffer.alloc(0)
  let used = 0
  let hint = 1_024
  const write = (text: string): number => {
    const { length } = text
    if (length > SHORT) return bytes.write(text, used)
    for (let at = 0; at < length; at++) {
      const code = text.charCodeAt(at)
      if (code > DELETE) return bytes.write(text, used)
      bytes[used + at] = code
    }
    return length
  }
  const makeRoom = (more: number) => {
    if (used + more <= bytes.length) return
    const longer = Buffer.allocUnsafeSlow(Math.max(2 * bytes.length, used + more, hint))
    bytes.copy(longer, 0, 0, used)
    bytes = longer
  }
  return {
    grow: (capacity) => {
      offsets = extended(offsets, capacity + 1)
    },
    set: (index, text) => {
      makeRoom(text.length * MOST_BYTES)
      used += write(text)
      offsets[index + 1] = used
    },
    skip: (index) => {
      offsets[index + 1] = used
    },
    take: (length) => {
      const taken = { valueOffsets: offsets.subarray(0, length + 1), data: bytes.subarray(0, used) }
      offsets = new Int32Array(1)
      bytes = Buffer.alloc(0)
      // The next one mostly has as much.
      hint = used + MOST_BYTES * SHORT
      used = 0
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
