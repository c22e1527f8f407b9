import { AC3 } from '../codecs/ac3.ts'
import { ADTS } from '../codecs/adts.ts'
import type { AudioFraming } from '../codecs/audio-frame.ts'
import { MPEG_AUDIO } from '../codecs/mpeg-audio.ts'
import { H264, H265, type VideoCodec } from '../codecs/video-codec.ts'
import { MediaError } from '../media-error.ts'
import type { MediaTrack, SegmentMedia, TrackTiming } from '../segment-media.ts'
import { audioStream } from './audio-stream.ts'
import { pesReader } from './pes-packets.ts'
import {
  type ElementaryStreamEntry,
  elementaryStreams,
  programMapPid,
  sectionAssembler,
} from './program-tables.ts'
import { PTS_PERIOD, ptsClock } from './pts-clock.ts'
import type { TrackStream } from './track-stream.ts'
import { packetSplitter } from './transport-packets.ts'
import { videoStream } from './video-stream.ts'

const PAT_PID = 0

/** Stream types of ISO/IEC 13818-1 table 2-34, and ATSC's for AC-3 and its enhancement. */
const VIDEO_CODECS: ReadonlyMap<number, VideoCodec> = new Map([
  [0x1b, H264],
  [0x24, H265],
])
const AUDIO_FRAMINGS: ReadonlyMap<number, AudioFraming> = new Map([
  [0x03, MPEG_AUDIO],
  [0x04, MPEG_AUDIO],
  [0x0f, ADTS],
  [0x81, AC3],
  [0x87, AC3],
])
const PRIVATE_DATA = 0x06
/** DVB's way to say that private data is AC-3, or its enhancement (ETSI EN 300 468, annex D). */
const AC3_DESCRIPTORS = [0x6a, 0x7a]

/**
 * Reads a whole MPEG-TS segment of one program, once, in constant memory: tables, PES headers, the first bytes
 * of each picture, the header of each audio frame.
 *
 * Written for this purpose because no maintained library gives the times of all samples: those that read
 * transport streams remux them for a player, on a timeline of their own.
 * @throws MediaError where it is no transport stream, or has nothing in it that can be described.
 */
export async function analyseMpegTs(bytes: AsyncIterable<Uint8Array>): Promise<SegmentMedia> {
  const demultiplexer = createDemultiplexer()
  for await (const chunk of bytes) demultiplexer.push(chunk)
  return demultiplexer.result()
}

type Stream = { readonly entry: ElementaryStreamEntry; readonly track: TrackStream | undefined }
type PacketReader = (payload: Uint8Array, startsUnit: boolean) => void

function createDemultiplexer() {
  const timeOf = ptsClock()
  const readers = new Map<number, PacketReader>()
  let streams: readonly Stream[] | undefined

  const openStreams = (section: Uint8Array): void => {
    const entries = streams ? undefined : elementaryStreams(section)
    if (!entries) return
    streams = entries.map((entry) => ({ entry, track: trackStreamOf(entry, timeOf) }))
    for (const { entry, track } of streams) if (track) readers.set(entry.pid, pesReader(track))
  }
  const openProgram = (section: Uint8Array): void => {
    const pid = programMapPid(section)
    if (pid !== undefined && !readers.has(pid)) readers.set(pid, sectionAssembler(openStreams))
  }
  readers.set(PAT_PID, sectionAssembler(openProgram))

  return {
    push: packetSplitter(({ pid, startsUnit, payload }) => readers.get(pid)?.(payload, startsUnit)),
    result: (): SegmentMedia => {
      if (!streams) throw new MediaError('no program was found: is this an MPEG transport stream?')
      return { container: 'mpegts', tracks: tracksOf(streams), skippedTracks: skippedOf(streams) }
    },
  }
}

function trackStreamOf(
  { streamType, descriptorTags }: ElementaryStreamEntry,
  timeOf: (pts: number) => number,
): TrackStream | undefined {
  const codec = VIDEO_CODECS.get(streamType)
  if (codec) return videoStream(codec, timeOf)
  const isDvbAc3 = streamType === PRIVATE_DATA && descriptorTags.some((tag) => AC3_DESCRIPTORS.includes(tag))
  const framing = isDvbAc3 ? AC3 : AUDIO_FRAMINGS.get(streamType)
  return framing && audioStream(framing, timeOf)
}

function tracksOf(streams: readonly Stream[]): readonly MediaTrack[] {
  const tracks = streams.flatMap(({ entry, track }, index) => {
    const result = track?.result()
    return result ? [{ id: entry.pid, index, ...result }] : []
  })
  if (tracks.length === 0) throw new MediaError('no video or audio in it that can be described')
  // On the segment's own timeline times begin with the counter's value, so never below zero.
  const isBelowZero = tracks.some(({ timing }) => timing.start < 0n)
  return isBelowZero ? tracks.map((track) => ({ ...track, timing: aPeriodLater(track.timing) })) : tracks
}

function aPeriodLater(timing: TrackTiming): TrackTiming {
  const later = (ticks: bigint) => ticks + BigInt(PTS_PERIOD)
  return {
    ...timing,
    start: later(timing.start),
    containedFrom: later(timing.containedFrom),
    last: later(timing.last),
    end: timing.end === undefined ? undefined : later(timing.end),
  }
}

function skippedOf(streams: readonly Stream[]): string[] {
  return streams.flatMap(({ entry: { streamType, pid }, track }) =>
    track ? [] : [`stream type 0x${streamType.toString(16).padStart(2, '0')} (PID ${pid})`],
  )
}
