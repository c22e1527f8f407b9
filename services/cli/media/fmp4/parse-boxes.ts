import { createFile, type ISOFile, MP4BoxBuffer } from 'mp4box'
import { MediaError } from '../media-error.ts'

/**
 * The boxes in some bytes, read by mp4box.
 * @throws MediaError where they are malformed.
 */
export function parseBoxes(bytes: Uint8Array): ISOFile {
  const file = createFile()
  try {
    const { buffer, byteOffset, byteLength } = bytes
    file.appendBuffer(MP4BoxBuffer.fromArrayBuffer(buffer.slice(byteOffset, byteOffset + byteLength), 0))
    return file
  } catch (cause) {
    throw new MediaError('a box in it is malformed', { cause })
  }
}

/** A `moof`, typed by what mp4box gives for it. */
export type MovieFragment = ISOFile['moofs'][number]
export type TrackFragment = MovieFragment['trafs'][number]
export type Movie = ISOFile['moov']
export type MovieTrack = Movie['traks'][number]
export type SampleEntry = MovieTrack['mdia']['minf']['stbl']['stsd']['entries'][number]
