import { MediaError } from '../media-error.ts'
import type { InitTrack } from './init-segment.ts'
import type { MovieFragment, TrackFragment } from './parse-boxes.ts'

/** The samples of one track in one segment, in decoding order. */
export type TrackSamples = {
  /** Decoding time of the first one, in ticks, as the fragment has it. */
  readonly base: bigint
  /** Composition times in ticks after `base`. */
  readonly times: number[]
  readonly durations: number[]
  keyFrameCount: number
}

/** Flags of the `trun` and `tfhd` boxes (ISO/IEC 14496-12, 8.8.7 and 8.8.8). */
const HAS_FIRST_SAMPLE_FLAGS = 0x04
const HAS_DEFAULT_DURATION = 0x08
const HAS_DEFAULT_FLAGS = 0x20
/** In a sample's flags: it is no sync sample. */
const IS_NOT_SYNC = 0x10000
/** A fragment of an hour at a thousand samples a second. More is no media, and would fill the memory. */
const MAX_SAMPLES = 3_600_000

/**
 * Adds the samples of one `moof` box to `samples`, which is by track_ID.
 * @param bytes those the fragment was read from
 */
export function addFragment(
  fragment: MovieFragment,
  bytes: Uint8Array,
  tracks: readonly InitTrack[],
  samples: Map<number, TrackSamples>,
): void {
  for (const part of fragment.trafs) {
    const track = tracks.find(({ id }) => id === part.tfhd.track_id)
    if (!track) continue
    const decodingTime = decodingTimeOf(part, bytes)
    const known = samples.get(track.id) ?? { base: decodingTime, times: [], durations: [], keyFrameCount: 0 }
    samples.set(track.id, known)
    addTrackFragment(part, track, known, Number(decodingTime - known.base))
  }
}

/** Of the fragment's first sample. mp4box reads 64 bits into a double, which at 10 MHz ends in 1998. */
function decodingTimeOf({ tfdt, tfhd }: TrackFragment, bytes: Uint8Array): bigint {
  const box: TrackFragment['tfdt'] | undefined = tfdt
  if (!box) throw new MediaError(`a fragment of track ${tfhd.track_id} does not say at what time it is`)
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const at = (box.start ?? 0) + (box.hdr_size ?? 0)
  return box.version === 1 ? view.readBigUInt64BE(at) : BigInt(view.readUInt32BE(at))
}

function addTrackFragment(part: TrackFragment, track: InitTrack, samples: TrackSamples, start: number): void {
  const { tfhd } = part
  const defaultDuration =
    tfhd.flags & HAS_DEFAULT_DURATION ? tfhd.default_sample_duration : track.defaults.duration
  const defaultFlags = tfhd.flags & HAS_DEFAULT_FLAGS ? tfhd.default_sample_flags : track.defaults.flags
  let decodingTime = start
  for (const run of part.truns) {
    if (samples.times.length + run.sample_count > MAX_SAMPLES) throw new MediaError('it has too many samples')
    const firstFlags = run.flags & HAS_FIRST_SAMPLE_FLAGS ? run.first_sample_flags : undefined
    for (let index = 0; index < run.sample_count; index += 1) {
      const duration = run.sample_duration[index] ?? defaultDuration
      const ownFlags = run.sample_flags[index] ?? defaultFlags
      const flags = index === 0 ? (firstFlags ?? ownFlags) : ownFlags
      samples.times.push(decodingTime + (run.sample_composition_time_offset[index] ?? 0))
      samples.durations.push(duration)
      if ((flags & IS_NOT_SYNC) === 0) samples.keyFrameCount += 1
      decodingTime += duration
    }
  }
}
