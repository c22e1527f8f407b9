import { createHash } from 'node:crypto'
import { open } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { Failure } from '../failure.ts'
import { analyseSegment } from '../media/analyse-segment.ts'
import { type FileRange, readAt } from '../media/file-range.ts'
import { type InitSegment, readInitSegment } from '../media/fmp4/init-segment.ts'
import type { PlaylistSegment, Resource } from '../media/hls-playlist.ts'
import { MediaError } from '../media/media-error.ts'
import { PTS_PERIOD } from '../media/mpegts/pts-clock.ts'
import type { LocalResource, ResourceReader } from '../media/resource-reader.ts'
import type { MediaTrack, SegmentMedia } from '../media/segment-media.ts'
import type { Arrival } from './timeline.ts'

/** A segment that is on disk, and known. */
export type InspectedSegment = {
  readonly segment: PlaylistSegment
  readonly local: LocalResource
  readonly media: SegmentMedia
  readonly init: InspectedInit | undefined
}

export type InspectedInit = {
  readonly description: InitSegment
  readonly range: FileRange
  /** Hexadecimal: the same bytes are the same initialisation object. */
  readonly sha256: string
}

/** Reads segments, and the initialisation segments they need, each of those once. */
export function segmentInspector(
  reader: ResourceReader,
): (segment: PlaylistSegment) => Promise<InspectedSegment> {
  const inits = new Map<string, Promise<InspectedInit>>()

  const initOf = (resource: Resource): Promise<InspectedInit> => {
    const { url, range } = resource
    const key = `${url.href} ${range?.offset} ${range?.length}`
    const known = inits.get(key) ?? inspectInit(reader, resource)
    inits.set(key, known)
    return known
  }

  return (segment) =>
    namingFaults(segment.media.url, async () => {
      const init = segment.init && (await initOf(segment.init))
      const local = await reader.fetch(segment.media)
      const media = await analyseSegment(local.range, init?.description)
      if (init && media.container === 'mpegts') {
        throw new MediaError('MPEG-TS with an initialisation segment (EXT-X-MAP) cannot be ingested')
      }
      return { segment, local, media, init }
    })
}

/**
 * What the timeline needs of a segment. Where there are several tracks the video decides, and the audio goes
 * with it: muxed segments overlap in time, as the frames of audio and video do not end together, but those of
 * one track do not.
 */
export function arrivalOf({ segment, media }: InspectedSegment): Arrival {
  const { timing } = mainTrackOf(media)
  return {
    timing,
    periodTicks: media.container === 'mpegts' ? BigInt(PTS_PERIOD) : undefined,
    discontinuity: segment.discontinuity,
    durationSeconds: segment.durationSeconds,
  }
}

/** The first video track, or else the first of all. */
export function mainTrackOf({ tracks }: SegmentMedia): MediaTrack {
  return tracks.find(({ format }) => format.kind === 'video') ?? tracks[0]!
}

async function inspectInit(reader: ResourceReader, resource: Resource): Promise<InspectedInit> {
  const { range } = await reader.fetch(resource)
  const bytes = await bytesOf(range)
  return {
    description: readInitSegment(bytes),
    range,
    sha256: createHash('sha256').update(bytes).digest('hex'),
  }
}

async function bytesOf({ path, start, sizeBytes }: FileRange): Promise<Buffer> {
  const file = await open(path)
  try {
    return await readAt(file, start, sizeBytes)
  } finally {
    await file.close()
  }
}

async function namingFaults<T>(url: URL, read: () => Promise<T>): Promise<T> {
  try {
    return await read()
  } catch (error) {
    if (!(error instanceof MediaError)) throw error
    const name = url.protocol === 'file:' ? fileURLToPath(url) : `${url.origin}${url.pathname}`
    throw new Failure(`${name}: ${error.message}`, { cause: error })
  }
}
