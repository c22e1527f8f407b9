import { type FileHandle, open } from 'node:fs/promises'
import { type FileRange, readAt } from '../file-range.ts'
import { type Fraction, fraction } from '../fraction.ts'
import { frameRateOf } from '../frame-rate.ts'
import { MediaError } from '../media-error.ts'
import type { MediaTrack, SegmentMedia, TrackFormat, TrackTiming } from '../segment-media.ts'
import { type InitSegment, type InitTrack, readInitSegment } from './init-segment.ts'
import { parseBoxes } from './parse-boxes.ts'
import { type TopLevelBox, topLevelBoxes } from './top-level-boxes.ts'
import { addFragment, type TrackSamples } from './track-samples.ts'

/** A `moof` of an hour of samples is a few megabytes. */
const MAX_BOX_BYTES = 64 * 1024 * 1024

/**
 * Reads a segment of fragmented MP4: the `moof` boxes, not the media between them.
 * @param init what the initialisation segment said; the segment may instead have a `moov` box of its own
 * @throws MediaError where it is malformed, or has no sample of a track that can be described.
 */
export async function analyseFragmentedMp4(
  range: FileRange,
  init: InitSegment | undefined,
): Promise<SegmentMedia> {
  const file = await open(range.path)
  try {
    return await analyse(file, range, init)
  } finally {
    await file.close()
  }
}

async function analyse(
  file: FileHandle,
  range: FileRange,
  init: InitSegment | undefined,
): Promise<SegmentMedia> {
  let description = init
  const samples = new Map<number, TrackSamples>()
  for await (const box of topLevelBoxes(file, range)) {
    if (box.type === 'moov') description = readInitSegment(await bytesOf(file, box))
    if (box.type !== 'moof') continue
    if (!description) throw new MediaError('it has no initialisation segment, which says what is in it')
    const bytes = await bytesOf(file, box)
    for (const fragment of parseBoxes(bytes).moofs) addFragment(fragment, bytes, description.tracks, samples)
  }
  const tracks = (description?.tracks ?? []).flatMap((track) => {
    const found = samples.get(track.id)
    return found && found.times.length > 0 ? [mediaTrackOf(track, found)] : []
  })
  if (tracks.length === 0) throw new MediaError('no video or audio in it that can be described')
  return { container: 'fmp4', tracks, skippedTracks: description?.skippedTracks ?? [] }
}

async function bytesOf(file: FileHandle, { position, sizeBytes, type }: TopLevelBox): Promise<Buffer> {
  if (sizeBytes > MAX_BOX_BYTES) throw new MediaError(`its ${type} box has ${sizeBytes} bytes`)
  return readAt(file, position, sizeBytes)
}

function mediaTrackOf(track: InitTrack, samples: TrackSamples): MediaTrack {
  return {
    id: track.id,
    index: track.index,
    format: formatOf(track, samples),
    timing: timingOf(track, samples),
  }
}

function timingOf(track: InitTrack, { base, times, durations, keyFrameCount }: TrackSamples): TrackTiming {
  let first = Infinity
  let last = -Infinity
  let end = -Infinity
  for (const [index, time] of times.entries()) {
    first = Math.min(first, time)
    last = Math.max(last, time)
    end = Math.max(end, time + durations[index]!)
  }
  const presented = (time: number) => base + BigInt(time) + track.shift
  const containedFrom = presented(first)
  const { presentedFrom } = track
  const isPrimed =
    presentedFrom !== undefined && containedFrom < presentedFrom && presentedFrom < presented(end)
  return {
    timescale: track.timescale,
    start: isPrimed ? presentedFrom : containedFrom,
    containedFrom,
    last: presented(last),
    end: end > last ? presented(end) : undefined,
    sampleCount: times.length,
    keyFrameCount,
  }
}

function formatOf({ format, timescale }: InitTrack, { times, durations }: TrackSamples): TrackFormat {
  if (format.kind === 'audio') {
    const [duration = 0] = durations
    const isFixed = durations.every((other, index) => other === duration || index === durations.length - 1)
    const samples = (duration * format.sampleRate) / timescale
    const codedFrameSize = isFixed && samples > 0 && Number.isInteger(samples) ? samples : undefined
    return { ...format, codedFrameSize }
  }
  const { declaredRate, ...picture } = format
  return { ...picture, frameRate: rateOf(times, durations, timescale, declaredRate) }
}

function rateOf(
  times: readonly number[],
  durations: readonly number[],
  timescale: number,
  declared: Fraction | undefined,
): Fraction | undefined {
  const ascending = times.toSorted((a, b) => a - b)
  const offsets = ascending.map((time) => time - ascending[0]!)
  const measured = frameRateOf(offsets, timescale, declared)
  // A lone frame has no distance to another, but it has a duration.
  const [only = 0] = durations.length === 1 ? durations : []
  return measured ?? (only > 0 ? fraction(timescale, only) : undefined)
}
