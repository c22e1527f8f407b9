import type { AudioFrameHeader, AudioFraming } from '../codecs/audio-frame.ts'
import type { AudioFormat } from '../segment-media.ts'
import { PTS_TIMESCALE } from './pts-clock.ts'
import type { TrackStream } from './track-stream.ts'

const NO_BYTES: Uint8Array = new Uint8Array(0)

/**
 * An audio stream of self-describing frames. A PES packet holds several, and has the time of the first frame
 * that starts in it; the others follow sample by sample.
 */
export function audioStream(framing: AudioFraming, timeOf: (pts: number) => number): TrackStream {
  const clock = sampleClock()
  /** Byte offsets count the elementary stream: what has come, and where the next header is expected. */
  let received = 0
  let nextHeader = 0
  let pending = NO_BYTES

  return {
    startPacket: (pts) => {
      if (pts !== undefined) clock.announce(received, timeOf(pts))
    },
    append: (bytes) => {
      const data = pending.length === 0 ? bytes : Buffer.concat([pending, bytes])
      received += bytes.length
      const base = received - data.length
      let at = nextHeader - base
      while (at + framing.headerBytes <= data.length) {
        const header = framing.readHeader(data, at)
        if (header && header.sampleCount > 0) clock.addFrame(base + at, header)
        // Without a header, bytes were lost: look for the next one.
        at += header?.sizeBytes ?? 1
      }
      nextHeader = base + at
      pending = at < data.length ? data.slice(at) : NO_BYTES
    },
    result: () => clock.result(),
  }
}

/** Counts frames and their times. */
function sampleClock() {
  const announced: { offset: number; time: number }[] = []
  let format: AudioFormat | undefined
  let start = 0
  let frames = 0
  /** The latest announced time, in ticks, and the samples that came since. */
  let anchor = 0
  let samples = 0
  let lastSamples = 0

  const ticksAfter = (count: number) => (count * PTS_TIMESCALE) / (format?.sampleRate ?? 1)

  const addFrame = (offset: number, header: AudioFrameHeader): void => {
    while (announced.length > 0 && announced[0]!.offset <= offset) {
      anchor = announced.shift()!.time
      samples = 0
    }
    format ??= header.format
    if (frames === 0) start = anchor
    frames += 1
    samples += header.sampleCount
    lastSamples = header.sampleCount
  }

  return {
    /** A packet starts at this byte: the first frame from there on is at `time`. */
    announce: (offset: number, time: number) => void announced.push({ offset, time }),
    addFrame,
    result: () => {
      if (!format) return undefined
      const timing = {
        timescale: PTS_TIMESCALE,
        start: BigInt(start),
        containedFrom: BigInt(start),
        last: BigInt(anchor + Math.round(ticksAfter(samples - lastSamples))),
        // Rounded down: a sample rate of 44.1 kHz has no whole ticks, and an end must not be beyond the next start.
        end: BigInt(anchor + Math.floor(ticksAfter(samples))),
        sampleCount: frames,
        keyFrameCount: frames,
      }
      return { format, timing }
    },
  }
}
