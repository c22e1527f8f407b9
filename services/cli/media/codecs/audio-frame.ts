import type { AudioFormat } from '../segment-media.ts'

/** What the header of one coded audio frame says. */
export type AudioFrameHeader = {
  /** The whole frame, header included. */
  readonly sizeBytes: number
  /** Samples of each channel in the frame; 0 where it adds to the frame before it. */
  readonly sampleCount: number
  readonly format: AudioFormat
}

/** How one codec's frames are found in a byte stream. */
export type AudioFraming = {
  /** A header has this many bytes at least: with fewer, none can be read. */
  readonly headerBytes: number
  /** @returns undefined where no frame starts at `at`. */
  readHeader(bytes: Uint8Array, at: number): AudioFrameHeader | undefined
}
