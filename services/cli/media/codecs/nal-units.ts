/**
 * Where the NAL units of an Annex B byte stream begin: the index of each unit's header byte, which follows a
 * start code 00 00 01.
 *
 * @param from index to search from
 */
export function* nalUnitStarts(bytes: Uint8Array, from = 0): Generator<number> {
  // Two zeros and a one: looking for the one first skips most bytes in native code.
  for (let one = bytes.indexOf(1, from + 2); one !== -1; one = bytes.indexOf(1, one + 1)) {
    if (bytes[one - 1] === 0 && bytes[one - 2] === 0 && one + 1 < bytes.length) yield one + 1
  }
}

/** A NAL unit's payload without the emulation prevention bytes: the 03 of each 00 00 03 (H.264, 7.4.1). */
export function withoutEmulationPrevention(unit: Uint8Array): Uint8Array {
  const plain = new Uint8Array(unit.length)
  let length = 0
  let zeros = 0
  for (const byte of unit) {
    if (zeros >= 2 && byte === 3) {
      zeros = 0
      continue
    }
    plain[length] = byte
    length += 1
    zeros = byte === 0 ? zeros + 1 : 0
  }
  return plain.subarray(0, length)
}
