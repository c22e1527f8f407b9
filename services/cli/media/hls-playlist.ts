import { parse, setOptions, type types } from 'hls-parser'
import { MediaError } from './media-error.ts'

/** A media playlist (RFC 8216, 4.1): the parts of it that ingest needs. */
export type MediaPlaylist = {
  readonly url: URL
  readonly targetDurationSeconds: number
  /** Nothing will be added: it has EXT-X-ENDLIST. */
  readonly isEnded: boolean
  readonly segments: readonly PlaylistSegment[]
}

export type PlaylistSegment = {
  /** The same whenever the playlist is read, however it has moved on. */
  readonly key: string
  readonly media: Resource
  /** The initialisation segment, for fMP4. */
  readonly init: Resource | undefined
  /** Rounded by whoever wrote the playlist: never used for timing that the media itself can tell. */
  readonly durationSeconds: number
  /** Changes where times begin anew. */
  readonly discontinuity: number
}

/** A file or an HTTP resource, or a part of one. */
export type Resource = {
  readonly url: URL
  readonly range: { readonly offset: number; readonly length: number } | undefined
}

export type Variant = {
  /** Place in the playlist, from 1. */
  readonly number: number
  readonly url: URL
  readonly bandwidth: number
  /** e.g. `1280x720`. */
  readonly resolution: string | undefined
  /** URLs of renditions that are separate from it, e.g. its audio. */
  readonly separateRenditions: readonly string[]
}

export type Playlist =
  | { readonly kind: 'media'; readonly playlist: MediaPlaylist }
  | { readonly kind: 'master'; readonly variants: readonly Variant[] }

setOptions({ silent: true })

/**
 * Reads an HLS playlist.
 * @param url where it came from: what it names is relative to that
 * @throws MediaError where it is none, or where its segments are encrypted.
 */
export function readPlaylist(text: string, url: URL): Playlist {
  if (!text.startsWith('#EXTM3U'))
    throw new MediaError('it is no HLS playlist: it does not begin with #EXTM3U')
  const playlist = parsed(text)
  return isMaster(playlist)
    ? { kind: 'master', variants: playlist.variants.map((variant, index) => variantOf(variant, index, url)) }
    : { kind: 'media', playlist: mediaPlaylistOf(playlist, url) }
}

/**
 * The variant that was asked for, by number, resolution or bandwidth; else the one with the highest bandwidth.
 * @throws MediaError naming those there are.
 */
export function chooseVariant(variants: readonly Variant[], wanted: string | undefined): Variant {
  const [best] = variants.toSorted((a, b) => b.bandwidth - a.bandwidth)
  if (!best) throw new MediaError('the playlist has no variants')
  if (wanted === undefined) return best
  const found = variants.find(({ number, resolution, bandwidth }) =>
    [String(number), resolution, String(bandwidth)].includes(wanted),
  )
  if (found) return found
  const names = variants.map(
    ({ number, resolution = '?', bandwidth }) => `${number} (${resolution}, ${bandwidth})`,
  )
  throw new MediaError(`there is no variant ${wanted}; there are ${names.join(', ')}`)
}

function parsed(text: string): types.MasterPlaylist | types.MediaPlaylist {
  try {
    return parse(text)
  } catch (cause) {
    throw new MediaError(`it is no valid HLS playlist: ${cause instanceof Error ? cause.message : cause}`, {
      cause,
    })
  }
}

function isMaster(playlist: types.Playlist): playlist is types.MasterPlaylist {
  return playlist.isMasterPlaylist
}

function variantOf(variant: types.Variant, index: number, base: URL): Variant {
  const { uri, bandwidth, resolution, audio, video } = variant
  return {
    number: index + 1,
    url: new URL(uri, base),
    bandwidth,
    resolution: resolution && `${resolution.width}x${resolution.height}`,
    separateRenditions: [...audio, ...video].flatMap((rendition) =>
      rendition.uri ? [new URL(rendition.uri, base).href] : [],
    ),
  }
}

function mediaPlaylistOf(playlist: types.MediaPlaylist, url: URL): MediaPlaylist {
  return {
    url,
    targetDurationSeconds: targetDurationOf(playlist),
    isEnded: playlist.endlist,
    // A gap has no media (RFC 8216bis, 4.4.4.7).
    segments: playlist.segments.filter(({ gap }) => !gap).map((segment) => segmentOf(segment, url)),
  }
}

/** It is required, and yet playlists without it are about: then the longest segment, rounded up. */
function targetDurationOf({ targetDuration, segments }: types.MediaPlaylist): number {
  return targetDuration || Math.max(1, ...segments.map(({ duration }) => Math.ceil(duration)))
}

function segmentOf(segment: types.Segment, base: URL): PlaylistSegment {
  if (segment.key && segment.key.method !== 'NONE') {
    throw new MediaError(`segment ${segment.uri} is encrypted (${segment.key.method})`)
  }
  const { uri, byterange, map, duration, mediaSequenceNumber, discontinuitySequence } = segment
  const part = byterange ? `@${byterange.offset}+${byterange.length}` : ''
  // Queries may hold tokens, which change and which are not to be written down.
  const [name = ''] = uri.split('?')
  return {
    key: `${mediaSequenceNumber} ${name}${part}`,
    media: { url: new URL(uri, base), range: byterange },
    init: map ? { url: new URL(map.uri, base), range: map.byterange } : undefined,
    durationSeconds: duration,
    discontinuity: discontinuitySequence,
  }
}
