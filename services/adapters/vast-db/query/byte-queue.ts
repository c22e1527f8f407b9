export type ByteQueue = {
  add(chunk: Uint8Array): void
  length(): number
  /** The first `count` of them, which must be there, as a copy that begins where 64-bit numbers may. */
  take(count: number): Uint8Array
}

export function byteQueue(): ByteQueue {
  const chunks: Uint8Array[] = []
  let length = 0
  return {
    add(chunk) {
      chunks.push(chunk)
      length += chunk.byteLength
    },
    length: () => length,
    take(count) {
      const taken = new Uint8Array(count)
      let at = 0
      let whole = 0
      while (at < count) {
        const chunk = chunks[whole]!
        const part = chunk.subarray(0, count - at)
        taken.set(part, at)
        at += part.byteLength
        if (part.byteLength === chunk.byteLength) whole += 1
        else chunks[whole] = chunk.subarray(part.byteLength)
      }
      chunks.splice(0, whole)
      length -= count
      return taken
    },
  }
}
