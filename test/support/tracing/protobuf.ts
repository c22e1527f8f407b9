/** A field of a message as it is on the wire. @see Protocol Buffers, Encoding */
export type Field = { readonly number: number; readonly value: bigint | Buffer }

const VARINT = 0
const FIXED64 = 1
const BYTES = 2
const FIXED32 = 5

/** The fields of a message, in order. @throws where it is none */
export function* fieldsOf(message: Buffer): Generator<Field> {
  for (let at = 0; at < message.length; ) {
    const tag = varint(message, at)
    at = tag.end
    const number = Number(tag.value >> 3n)
    const wire = Number(tag.value & 7n)
    if (wire === VARINT) {
      const { value, end } = varint(message, at)
      at = end
      yield { number, value }
    } else if (wire === FIXED64) {
      yield { number, value: message.readBigUInt64LE(at) }
      at += 8
    } else if (wire === FIXED32) {
      yield { number, value: BigInt(message.readUInt32LE(at)) }
      at += 4
    } else if (wire === BYTES) {
      const { value, end } = varint(message, at)
      at = end + Number(value)
      yield { number, value: message.subarray(end, at) }
    } else {
      throw new Error(`no such wire type: ${wire}`)
    }
  }
}

function varint(message: Buffer, from: number): { readonly value: bigint; readonly end: number } {
  let value = 0n
  for (let at = from, shift = 0n; ; at++, shift += 7n) {
    const byte = message[at]
    if (byte === undefined) throw new Error('a number without an end')
    value |= BigInt(byte & 0x7f) << shift
    if (byte < 0x80) return { value, end: at + 1 }
  }
}
