import { MediaError } from '../media-error.ts'
import { type Movie, type MovieTrack, parseBoxes } from './parse-boxes.ts'
import { type SampleFormat, sampleFormatOf } from './sample-format.ts'
import { findTopLevelBox } from './top-level-boxes.ts'

/** A track, as the `moov` box describes it. */
export type InitTrack = {
  /** track_ID. */
  readonly id: number
  /** Place among all tracks of the movie, from 0. */
  readonly index: number
  readonly timescale: number
  /** What to add to a composition time to get the presentation time, in ticks: the edit list. */
  readonly shift: bigint
  /** Where presentation begins, in ticks: what would come before is encoder priming. */
  readonly presentedFrom: bigint | undefined
  /** What holds for samples that say nothing themselves. */
  readonly defaults: { readonly duration: number; readonly flags: number }
  readonly format: SampleFormat
}

export type InitSegment = {
  readonly tracks: readonly InitTrack[]
  readonly skippedTracks: readonly string[]
}

/**
 * Reads an initialisation segment.
 * @param bytes the `moov` box, with or without others around it
 * @throws MediaError where it describes no fragmented movie.
 */
export function readInitSegment(bytes: Uint8Array): InitSegment {
  const moov = findTopLevelBox(bytes, 'moov')
  const movie: Movie | undefined = moov && parseBoxes(moov).moov
  if (!movie) throw new MediaError('the initialisation segment has no moov box')
  if (!movie.mvex) throw new MediaError('the MP4 is not fragmented: its samples are in one table for all')
  const tracks: InitTrack[] = []
  const skippedTracks: string[] = []
  for (const [index, track] of movie.traks.entries()) {
    const entry = track.mdia.minf.stbl.stsd.entries[0]
    const format = entry && sampleFormatOf(entry)
    if (format) tracks.push(initTrackOf(movie, track, index, format))
    else skippedTracks.push(`sample type ${entry?.type ?? 'none'} (track ${track.tkhd.track_id})`)
  }
  return { tracks, skippedTracks }
}

function initTrackOf(movie: Movie, track: MovieTrack, index: number, format: SampleFormat): InitTrack {
  const id = track.tkhd.track_id
  const { timescale } = track.mdia.mdhd
  if (timescale === 0) throw new MediaError(`track ${id} has a timescale of 0`)
  const extension = movie.mvex?.trexs.find(({ track_id }) => track_id === id)
  return {
    id,
    index,
    timescale,
    ...editOf(track, timescale, movie.mvhd.timescale),
    defaults: {
      duration: extension?.default_sample_duration ?? 0,
      flags: extension?.default_sample_flags ?? 0,
    },
    format,
  }
}

/**
 * The edit list says where on the presentation timeline the media begins, after nothing for a while (an entry
 * without media), and with which of its samples (ISO/IEC 14496-12, 8.6.6). Fragments follow the last entry, so
 * its duration is of no concern.
 */
function editOf(
  track: MovieTrack,
  timescale: number,
  movieTimescale: number,
): Pick<InitTrack, 'shift' | 'presentedFrom'> {
  const entries = track.edts?.elst?.entries ?? []
  const firstMedia = entries.findIndex(({ media_time }) => media_time >= 0)
  const edit = entries[firstMedia]
  if (!edit) return { shift: 0n, presentedFrom: undefined }
  const emptyDuration = entries
    .slice(0, firstMedia)
    .reduce((total, { segment_duration }) => total + segment_duration, 0)
  const emptyTicks = BigInt(Math.round((emptyDuration * timescale) / movieTimescale))
  return {
    shift: emptyTicks - BigInt(edit.media_time),
    presentedFrom: edit.media_time > 0 ? emptyTicks : undefined,
  }
}
