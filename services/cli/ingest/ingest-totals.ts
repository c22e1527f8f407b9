import { formatTimeRange, type TimeRange } from '../../../contracts/time/timerange.ts'
import { extentOf } from '../../../contracts/time/timerange-algebra.ts'
import { addTimestamps, subtractTimestamps, ZERO } from '../../../contracts/time/timestamp.ts'
import { averageBitRate } from './bit-rate.ts'
import type { StoredSegment } from './segment-registration.ts'

export type IngestTotals = {
  readonly segments_uploaded: number
  readonly segments_present: number
  readonly bytes_uploaded: number
  /** Of all segments of this media, those of earlier runs included. */
  readonly timerange: string
}

export function createTotals() {
  let extent: TimeRange = { kind: 'empty' }
  let duration = ZERO
  let sizeBytes = 0
  let uploaded = 0
  let present = 0
  let uploadedBytes = 0
  return {
    add: (segment: StoredSegment): void => {
      const { start, end } = segment.done.place
      const bounds = { start: { at: start, inclusive: true }, end: { at: end, inclusive: false } }
      extent = extentOf([extent, { kind: 'range', ...bounds }])
      duration = addTimestamps(duration, subtractTimestamps(end, start))
      sizeBytes += segment.done.sizeBytes
      uploadedBytes += segment.uploadedBytes
      if (segment.post) uploaded += 1
      else present += 1
    },
    averageBitRate: () => averageBitRate(sizeBytes, duration),
    report: (): IngestTotals => ({
      segments_uploaded: uploaded,
      segments_present: present,
      bytes_uploaded: uploadedBytes,
      timerange: formatTimeRange(extent),
    }),
  }
}
