/** Reads a bit stream from its most significant bit on. Beyond the end it throws RangeError. */
export type BitReader = {
  /** Up to 32 bits as an unsigned integer. */
  bits(count: number): number
  flag(): boolean
  /** ue(v): an unsigned Exp-Golomb code (H.264, 9.1). */
  unsignedGolomb(): number
  /** se(v): a signed Exp-Golomb code (H.264, 9.1.1). */
  signedGolomb(): number
  skip(count: number): void
}

export function bitReader(bytes: Uint8Array): BitReader {
  let position = 0

  const bit = (): number => {
    const byte = bytes[position >> 3]
    if (byte === undefined) throw new RangeError('the bit stream ends too early')
    const value = (byte >> (7 - (position & 7))) & 1
    position += 1
    return value
  }
  const bits = (count: number): number => {
    let value = 0
    for (let read = 0; read < count; read += 1) value = value * 2 + bit()
    return value
  }
  const unsignedGolomb = (): number => {
    let zeros = 0
    while (bit() === 0) zeros += 1
    if (zeros > 32) throw new RangeError('an Exp-Golomb code is longer than 32 bits')
    return 2 ** zeros - 1 + bits(zeros)
  }
  return {
    bits,
    flag: () => bit() === 1,
    unsignedGolomb,
    signedGolomb: () => {
      const code = unsignedGolomb()
      return code % 2 === 1 ? (code + 1) / 2 : 0 - code / 2
    },
    skip: (count) => {
      position += count
    },
  }
}
