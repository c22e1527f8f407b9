/** What becomes of one elementary stream's bytes. */
export type PesSink = {
  /** A PES packet starts here. `pts` counts 90 kHz ticks, modulo 2^33; not every packet has one. */
  startPacket(pts: number | undefined): void
  /** Bytes of the elementary stream; a view, valid during the call. */
  append(bytes: Uint8Array): void
}

const FIXED_HEADER_BYTES = 9
const NO_BYTES = new Uint8Array(0)

/** Takes the packet payloads of one PID, and gives elementary stream bytes and times (ISO/IEC 13818-1, 2.4.3.6). */
export function pesReader(sink: PesSink): (payload: Uint8Array, startsUnit: boolean) => void {
  // Bytes of a header that has not come whole yet; undefined where none is awaited.
  let header: Uint8Array | undefined
  let isInPacket = false

  return (payload, startsUnit) => {
    if (startsUnit) header = NO_BYTES
    if (header === undefined) {
      // Before the first start the bytes belong to a packet whose time was in an earlier segment.
      if (isInPacket) sink.append(payload)
      return
    }
    const bytes = header.length === 0 ? payload : Buffer.concat([header, payload])
    const length = bytes.length < FIXED_HEADER_BYTES ? Infinity : FIXED_HEADER_BYTES + bytes[8]!
    if (bytes.length < length) {
      header = bytes.slice()
      return
    }
    header = undefined
    isInPacket = bytes[0] === 0 && bytes[1] === 0 && bytes[2] === 1
    if (!isInPacket) return
    sink.startPacket(presentationTime(bytes))
    if (bytes.length > length) sink.append(bytes.subarray(length))
  }
}

function presentationTime(header: Uint8Array): number | undefined {
  if ((header[7]! & 0x80) === 0) return undefined
  const high = (header[9]! >> 1) & 0x07
  const middle = (header[10]! << 7) | (header[11]! >> 1)
  const low = (header[12]! << 7) | (header[13]! >> 1)
  return high * 2 ** 30 + middle * 2 ** 15 + low
}
