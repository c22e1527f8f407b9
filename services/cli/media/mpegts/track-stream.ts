import type { MediaTrack } from '../segment-media.ts'
import type { PesSink } from './pes-packets.ts'

/** Reads one elementary stream to the end of a segment, and then says what was in it. */
export type TrackStream = PesSink & {
  /** @returns undefined where the segment has no sample of it, or nothing that describes it. */
  result(): Pick<MediaTrack, 'format' | 'timing'> | undefined
}
