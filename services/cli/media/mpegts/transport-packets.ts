import { MediaError } from '../media-error.ts'

/** One packet of an MPEG-2 transport stream (ISO/IEC 13818-1, 2.4.3.2). */
export type TransportPacket = {
  readonly pid: number
  /** A PES packet or a section starts in it. */
  readonly startsUnit: boolean
  readonly payload: Uint8Array
}

const PACKET_BYTES = 188
const SYNC = 0x47
const NO_BYTES = new Uint8Array(0)

/**
 * Cuts a byte stream into packets, and finds its way back where bytes were lost.
 *
 * A payload is a view of the chunk it came in: whoever keeps it copies it. Packets without payload, and the
 * one repetition of a packet that the standard allows, are left out.
 */
export function packetSplitter(onPacket: (packet: TransportPacket) => void): (chunk: Uint8Array) => void {
  const counters = new Map<number, number>()
  let rest: Uint8Array = NO_BYTES

  const read = (packet: Uint8Array): void => {
    const pid = ((packet[1]! & 0x1f) << 8) | packet[2]!
    const flags = packet[3]!
    if ((flags & 0x10) === 0) return
    if ((flags & 0xc0) !== 0) throw new MediaError('the transport stream is scrambled')
    const counter = flags & 0x0f
    if (counters.get(pid) === counter) return
    counters.set(pid, counter)
    const start = (flags & 0x20) === 0 ? 4 : 5 + packet[4]!
    onPacket({ pid, startsUnit: (packet[1]! & 0x40) !== 0, payload: packet.subarray(start) })
  }

  return (chunk) => {
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
    let at = 0
    while (at + PACKET_BYTES <= bytes.length) {
      if (bytes[at] !== SYNC) {
        at = nextPacket(bytes, at + 1)
        continue
      }
      read(bytes.subarray(at, at + PACKET_BYTES))
      at += PACKET_BYTES
    }
    rest = bytes.slice(at)
  }
}

/** A sync byte may be any byte of the media: it is one only if a packet further there is another. */
function nextPacket(bytes: Uint8Array, from: number): number {
  for (let at = bytes.indexOf(SYNC, from); at !== -1; at = bytes.indexOf(SYNC, at + 1)) {
    const following = bytes[at + PACKET_BYTES]
    if (following === SYNC || following === undefined) return at
  }
  return bytes.length
}
