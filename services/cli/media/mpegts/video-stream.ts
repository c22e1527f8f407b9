import type { SequenceFormat } from '../codecs/h264.ts'
import { nalUnitStarts } from '../codecs/nal-units.ts'
import type { UnitRole, VideoCodec } from '../codecs/video-codec.ts'
import { frameRateOf, ticksPerFrame } from '../frame-rate.ts'
import type { TrackTiming, VideoFormat } from '../segment-media.ts'
import { PTS_TIMESCALE } from './pts-clock.ts'
import type { TrackStream } from './track-stream.ts'

/** A picture's slices come after little else. Bounds what is kept of a stream that has none. */
const MAX_HEAD_BYTES = 64 * 1024
const START_CODE_BYTES = 3
const NO_BYTES = new Uint8Array(0)

/** An H.264 or H.265 stream with one picture to a PES packet, as HLS has it. */
export function videoStream(codec: VideoCodec, timeOf: (pts: number) => number): TrackStream {
  const times: number[] = []
  let keyFrameCount = 0
  let sequence: SequenceFormat | undefined
  /** The picture's bytes before its first slice; undefined once that has been seen. */
  let head: Uint8Array | undefined

  const readHead = (bytes: Uint8Array): void => {
    const units = unitsBeforeSlice(codec, bytes)
    if (!units) {
      head = bytes.length < MAX_HEAD_BYTES ? bytes.slice() : undefined
      return
    }
    head = undefined
    const parameters = units.find(({ role }) => role === 'sequence')
    if (parameters && !sequence) sequence = codec.readSequence(parameters.unit)
    const isKey = units.some(
      ({ role, unit }) => role === 'key slice' || (role === 'supplemental' && codec.isRecoveryPoint(unit)),
    )
    if (isKey) keyFrameCount += 1
  }

  return {
    startPacket: (pts) => {
      // A packet without a time continues the picture before it.
      if (pts === undefined) return
      times.push(timeOf(pts))
      head = NO_BYTES
    },
    append: (bytes) => {
      if (head !== undefined) readHead(head.length === 0 ? bytes : Buffer.concat([head, bytes]))
    },
    result: () => {
      if (times.length === 0 || !sequence) return undefined
      return describe(times, keyFrameCount, sequence)
    },
  }
}

type Unit = { readonly role: UnitRole; readonly unit: Uint8Array }

/** The units up to the first slice, that one included; undefined where no slice has begun yet. */
function unitsBeforeSlice(codec: VideoCodec, bytes: Uint8Array): Unit[] | undefined {
  const units: Unit[] = []
  let open: { role: UnitRole; start: number } | undefined
  for (const start of nalUnitStarts(bytes)) {
    if (open) units.push({ role: open.role, unit: bytes.subarray(open.start, start - START_CODE_BYTES) })
    const role = codec.roleOf(bytes[start]!)
    if (role === 'slice' || role === 'key slice') return [...units, { role, unit: bytes.subarray(start) }]
    open = { role, start }
  }
  return undefined
}

function describe(
  times: readonly number[],
  keyFrameCount: number,
  sequence: SequenceFormat,
): { format: VideoFormat; timing: TrackTiming } {
  const ascending = times.toSorted((a, b) => a - b)
  const start = ascending[0]!
  const last = ascending.at(-1)!
  const { declaredRate, ...picture } = sequence
  const offsets = ascending.map((time) => time - start)
  const frameRate = frameRateOf(offsets, PTS_TIMESCALE, declaredRate)
  // The stream has no durations: a frame lasts what the rate says, or what frames last on average.
  const frameTicks = frameRate
    ? Math.floor(ticksPerFrame(frameRate, PTS_TIMESCALE))
    : Math.round((last - start) / (ascending.length - 1))
  return {
    format: { kind: 'video', ...picture, frameRate },
    timing: {
      timescale: PTS_TIMESCALE,
      start: BigInt(start),
      containedFrom: BigInt(start),
      last: BigInt(last),
      end: frameTicks > 0 ? BigInt(last + frameTicks) : undefined,
      sampleCount: ascending.length,
      keyFrameCount,
    },
  }
}
