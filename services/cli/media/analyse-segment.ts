import { open } from 'node:fs/promises'
import { type FileRange, readAt, readRange } from './file-range.ts'
import { analyseFragmentedMp4 } from './fmp4/analyse-fmp4.ts'
import type { InitSegment } from './fmp4/init-segment.ts'
import { MediaError } from './media-error.ts'
import { analyseMpegTs } from './mpegts/analyse-mpegts.ts'
import type { SegmentMedia } from './segment-media.ts'

const TS_SYNC = 0x47
const TS_PACKET_BYTES = 188
/** The boxes that files and segments of ISO BMFF begin with. */
const FIRST_BOXES = ['ftyp', 'styp', 'moof', 'sidx', 'emsg', 'prft', 'moov', 'free', 'skip']

/**
 * What is in a media segment. Its first bytes say which container it is; names and playlists may be wrong.
 * @param init what the initialisation segment said, where there is one
 * @throws MediaError where it is neither MPEG-TS nor fragmented MP4, or is damaged beyond use.
 */
export async function analyseSegment(range: FileRange, init: InitSegment | undefined): Promise<SegmentMedia> {
  const head = await headOf(range)
  try {
    if (FIRST_BOXES.includes(head.toString('latin1', 4, 8))) return await analyseFragmentedMp4(range, init)
    const isTransportStream = head[0] === TS_SYNC && (head[TS_PACKET_BYTES] ?? TS_SYNC) === TS_SYNC
    if (isTransportStream) return await analyseMpegTs(readRange(range))
  } catch (error) {
    // Parameter sets and headers that end too early.
    if (error instanceof RangeError) throw new MediaError('it is damaged', { cause: error })
    throw error
  }
  throw new MediaError('it is neither MPEG-TS nor fragmented MP4')
}

async function headOf({ path, start, sizeBytes }: FileRange): Promise<Buffer> {
  const file = await open(path)
  try {
    return await readAt(file, start, Math.min(TS_PACKET_BYTES + 1, sizeBytes))
  } finally {
    await file.close()
  }
}
