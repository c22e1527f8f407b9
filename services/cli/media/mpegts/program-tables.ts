/** An elementary stream, as the program map table lists it (ISO/IEC 13818-1, 2.4.4.8). */
export type ElementaryStreamEntry = {
  readonly pid: number
  readonly streamType: number
  /** Tags of its descriptors: they tell what private data (type 6) is. */
  readonly descriptorTags: readonly number[]
}

const SECTION_HEADER_BYTES = 3
const CHECKSUM_BYTES = 4
const PAT = 0x00
const PMT = 0x02

/** Puts the sections of one PID together from packet payloads; gives each to `onSection` when it is whole. */
export function sectionAssembler(
  onSection: (section: Uint8Array) => void,
): (payload: Uint8Array, startsUnit: boolean) => void {
  let pending: Uint8Array | undefined
  return (payload, startsUnit) => {
    if (startsUnit) pending = payload.slice(1 + (payload[0] ?? 0))
    else if (pending) pending = Buffer.concat([pending, payload])
    if (!pending || pending.length < SECTION_HEADER_BYTES) return
    const length = SECTION_HEADER_BYTES + (((pending[1]! & 0x0f) << 8) | pending[2]!)
    if (pending.length < length) return
    onSection(pending.subarray(0, length))
    pending = undefined
  }
}

/** The PID of the first program's map, from a program association section; undefined in any other section. */
export function programMapPid(section: Uint8Array): number | undefined {
  if (section[0] !== PAT) return undefined
  for (let at = 8; at + 4 <= section.length - CHECKSUM_BYTES; at += 4) {
    const program = (section[at]! << 8) | section[at + 1]!
    // Program 0 is the network information table.
    if (program !== 0) return ((section[at + 2]! & 0x1f) << 8) | section[at + 3]!
  }
  return undefined
}

/** The streams of a program map section, in its order; undefined in any other section. */
export function elementaryStreams(section: Uint8Array): readonly ElementaryStreamEntry[] | undefined {
  if (section[0] !== PMT) return undefined
  const streams: ElementaryStreamEntry[] = []
  const end = section.length - CHECKSUM_BYTES
  let at = 12 + (((section[10]! & 0x0f) << 8) | section[11]!)
  while (at + 5 <= end) {
    const descriptorsEnd = at + 5 + (((section[at + 3]! & 0x0f) << 8) | section[at + 4]!)
    streams.push({
      pid: ((section[at + 1]! & 0x1f) << 8) | section[at + 2]!,
      streamType: section[at]!,
      descriptorTags: tagsBetween(section, at + 5, Math.min(descriptorsEnd, end)),
    })
    at = descriptorsEnd
  }
  return streams
}

function tagsBetween(section: Uint8Array, from: number, to: number): number[] {
  const tags: number[] = []
  for (let at = from; at + 2 <= to; at += 2 + section[at + 1]!) tags.push(section[at]!)
  return tags
}
