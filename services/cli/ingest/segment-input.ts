import { basename, resolve } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import { UsageFailure } from '../failure.ts'
import {
  chooseVariant,
  type MediaPlaylist,
  type PlaylistSegment,
  type Resource,
  readPlaylist,
} from '../media/hls-playlist.ts'
import type { ResourceReader } from '../media/resource-reader.ts'

/** Segments to ingest, in order. */
export type SegmentInput = {
  /** Names the media, without queries, which may be secret. */
  readonly name: string
  /** Undefined where nothing says it. */
  readonly targetDurationSeconds: number | undefined
  /** How many segments there will be; undefined for a live playlist that is followed. */
  readonly count: number | undefined
  readonly segments: AsyncIterable<PlaylistSegment>
}

export type InputOptions = {
  /** For a master playlist. */
  readonly variant: string | undefined
  /** Keep reading a live playlist until it ends. */
  readonly follow: boolean
  /** The initialisation segment of segments that no playlist lists. */
  readonly init: string | undefined
  readonly reader: ResourceReader
  /** Ends the following. */
  readonly stopped: AbortSignal
  readonly warn: (text: string) => void
}

const PLAYLIST_NAME = /\.m3u8?$/i

/** @param names a playlist, or media segments in order; paths or HTTP URLs */
export async function openInput(names: readonly string[], options: InputOptions): Promise<SegmentInput> {
  const urls = names.map(urlOf)
  const [first, ...others] = urls
  if (!first) throw new UsageFailure('nothing to ingest')
  const isPlaylist = (url: URL) => PLAYLIST_NAME.test(url.pathname)
  if (isPlaylist(first) && others.length === 0) return openPlaylist(first, options)
  if (urls.some(isPlaylist)) throw new UsageFailure('give either one playlist, or media segments')
  return {
    name: nameOf(first),
    targetDurationSeconds: undefined,
    count: urls.length,
    segments: listed(urls, options.init),
  }
}

async function openPlaylist(url: URL, options: InputOptions): Promise<SegmentInput> {
  const playlist = await loadMediaPlaylist(url, options)
  const isFollowed = options.follow && !playlist.isEnded
  return {
    name: nameOf(playlist.url),
    targetDurationSeconds: playlist.targetDurationSeconds,
    count: isFollowed ? undefined : playlist.segments.length,
    segments: isFollowed ? followed(playlist, options) : inOrder(playlist.segments),
  }
}

async function loadMediaPlaylist(url: URL, options: InputOptions): Promise<MediaPlaylist> {
  const { reader, variant, warn } = options
  const { text, url: origin } = await reader.text(url)
  const read = readPlaylist(text, origin)
  if (read.kind === 'media') return read.playlist
  const chosen = chooseVariant(read.variants, variant)
  for (const rendition of chosen.separateRenditions) {
    warn(`variant ${chosen.number} leaves this to a playlist of its own, not ingested here: ${rendition}`)
  }
  return loadMediaPlaylist(chosen.url, options)
}

/** Reads a live playlist again and again (RFC 8216, 6.3.4). */
async function* followed(
  playlist: MediaPlaylist,
  { reader, stopped }: InputOptions,
): AsyncGenerator<PlaylistSegment> {
  let current = playlist
  let known = new Set<string>()
  while (true) {
    const fresh = current.segments.filter(({ key }) => !known.has(key))
    known = new Set(current.segments.map(({ key }) => key))
    yield* fresh
    if (current.isEnded) return
    const waitSeconds = current.targetDurationSeconds / (fresh.length > 0 ? 1 : 2)
    if (!(await waited(waitSeconds * 1000, stopped))) return
    const { text, url } = await reader.text(current.url)
    const read = readPlaylist(text, url)
    if (read.kind === 'media') current = read.playlist
  }
}

/** @returns false where it was stopped. */
async function waited(milliseconds: number, stopped: AbortSignal): Promise<boolean> {
  await delay(milliseconds, undefined, { signal: stopped }).catch(() => undefined)
  return !stopped.aborted
}

async function* inOrder(segments: readonly PlaylistSegment[]): AsyncGenerator<PlaylistSegment> {
  yield* segments
}

async function* listed(urls: readonly URL[], init: string | undefined): AsyncGenerator<PlaylistSegment> {
  const whole = (url: URL): Resource => ({ url, range: undefined })
  for (const [index, url] of urls.entries()) {
    yield {
      key: `${index} ${basename(url.pathname)}`,
      media: whole(url),
      init: init === undefined ? undefined : whole(urlOf(init)),
      durationSeconds: 0,
      discontinuity: 0,
    }
  }
}

function urlOf(name: string): URL {
  return /^https?:\/\//i.test(name) ? new URL(name) : pathToFileURL(resolve(name))
}

function nameOf({ protocol, host, pathname }: URL): string {
  return `${protocol}//${host}${pathname}`
}
