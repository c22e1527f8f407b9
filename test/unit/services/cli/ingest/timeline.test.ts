import { describe, expect, it } from 'vitest'
import { formatTimeRange } from '../../../../../contracts/time/timerange.ts'
import { formatTimestamp, parseTimestamp } from '../../../../../contracts/time/timestamp.ts'
import {
  type Anchor,
  type Arrival,
  type Draft,
  placeAfter,
  placementOf,
  settle,
} from '../../../../../services/cli/ingest/timeline.ts'
import type { TrackTiming } from '../../../../../services/cli/media/segment-media.ts'

const PERIOD = 2n ** 33n

type Given = Partial<Omit<Arrival, 'timing'>> & Partial<TrackTiming> & { start: bigint; frames?: number }

/** A segment of 25 Hz video on a 90 kHz clock, unless told otherwise. */
function segment({ frames = 50, ...given }: Given): Arrival {
  const {
    start,
    containedFrom = start,
    last = start + BigInt(frames - 1) * 3600n,
    timescale = 90_000,
  } = given
  const end = 'end' in given ? given.end : last + 3600n
  return {
    timing: { timescale, start, containedFrom, last, end, sampleCount: frames, keyFrameCount: 1 },
    periodTicks: given.periodTicks,
    discontinuity: given.discontinuity ?? 0,
    durationSeconds: given.durationSeconds ?? 2,
  }
}

/** Places segments one after the other, as an ingest does. */
function place(arrivals: readonly Arrival[], startAt?: string, before?: Anchor): Draft[] {
  const drafts: Draft[] = []
  for (const arrival of arrivals) {
    const previous = drafts.at(-1)
    const start = startAt === undefined ? undefined : parseTimestamp(startAt)
    const draft = placeAfter(previous ?? before, arrival, start)
    if (previous) drafts.splice(-1, 1, settle(previous, draft))
    drafts.push(draft)
  }
  return drafts
}

const shown = (draft: Draft) => {
  const { timerange, tsOffset, objectTimerange, lastDuration } = placementOf(draft)
  return [
    formatTimeRange(timerange),
    formatTimestamp(tsOffset),
    objectTimerange && formatTimeRange(objectTimerange),
    formatTimestamp(lastDuration),
  ]
}
const timeranges = (drafts: readonly Draft[]) => drafts.map((draft) => shown(draft)[0])

describe('a segment on the timeline', () => {
  it('is where its own times say', () => {
    expect(place([segment({ start: 126_000n })]).map(shown)).toEqual([
      ['[1:400000000_3:400000000)', '0:0', undefined, '0:40000000'],
    ])
  })

  it('ends where the next one starts, although ticks are no whole nanoseconds', () => {
    // 24000/1001 Hz: a frame lasts 3753.75 ticks, and the rest of the last one is rounded away.
    const first = segment({ start: 1n, last: 3755n, end: 7508n })
    const second = segment({ start: 7509n, last: 11_262n, end: 15_015n })
    expect(timeranges(place([first, second]))).toEqual(['[0:11111_0:83433333)', '[0:83433333_0:166833333)'])
  })

  it('keeps a gap that is longer than half a frame', () => {
    const drafts = place([segment({ start: 0n }), segment({ start: 183_600n })])
    expect(timeranges(drafts)).toEqual(['[0:0_2:0)', '[2:40000000_4:40000000)'])
  })

  it('gives way where it overlaps the one before, and says what its object holds', () => {
    const drafts = place([segment({ start: 0n }), segment({ start: 90_000n })])
    expect(drafts.map(shown)).toEqual([
      ['[0:0_2:0)', '0:0', undefined, '0:40000000'],
      ['[2:0_3:0)', '0:0', '[1:0_3:0)', '0:40000000'],
    ])
  })

  it('says what its object holds where priming is left out', () => {
    const primed = segment({
      start: 0n,
      containedFrom: -1024n,
      timescale: 48_000,
      last: 95_232n,
      end: 96_256n,
    })
    expect(shown(place([primed])[0]!)).toEqual([
      '[0:0_2:5333333)',
      '0:0',
      '[-0:21333333_2:5333333)',
      '0:21333333',
    ])
  })

  it('lasts what the playlist says where nothing in it tells', () => {
    const lone = segment({ start: 0n, frames: 1, end: undefined, durationSeconds: 1.5 })
    expect(timeranges(place([lone]))).toEqual(['[0:0_1:500000000)'])
  })
})

describe('a timeline that starts elsewhere', () => {
  it('moves all segments by the same time, exactly', () => {
    const drafts = place([segment({ start: 126_001n }), segment({ start: 306_001n })], '1694429247:0')
    expect(drafts.map(shown)).toEqual([
      ['[1694429247:0_1694429249:0)', '1694429245:599988889', '[1:400011111_3:400011111)', '0:40000000'],
      ['[1694429249:0_1694429251:0)', '1694429245:599988889', '[3:400011111_5:400011111)', '0:40000000'],
    ])
  })
})

describe('a clock that begins again', () => {
  it('is counted on, in this and in all later turns', () => {
    const arrivals = [
      segment({ start: PERIOD - 180_000n, periodTicks: PERIOD }),
      segment({ start: 0n, periodTicks: PERIOD }),
      segment({ start: 180_000n, periodTicks: PERIOD }),
    ]
    const drafts = place(arrivals)
    expect(timeranges(drafts)).toEqual([
      '[95441:717688889_95443:717688889)',
      '[95443:717688889_95445:717688889)',
      '[95445:717688889_95447:717688889)',
    ])
    expect(shown(drafts[1]!).slice(1, 3)).toEqual(['95443:717688889', '[0:0_2:0)'])
  })

  it('is not taken for one where times go back a little', () => {
    const arrivals = [
      segment({ start: 180_000n, periodTicks: PERIOD }),
      segment({ start: 356_400n, periodTicks: PERIOD }),
    ]
    expect(timeranges(place(arrivals))).toEqual(['[2:0_4:0)', '[4:0_5:960000000)'])
  })
})

describe('a discontinuity', () => {
  it('goes on without a gap, whatever its times are', () => {
    const arrivals = [
      segment({ start: 900_000n }),
      segment({ start: 90_000n, discontinuity: 1 }),
      segment({ start: 270_000n, discontinuity: 1 }),
    ]
    const drafts = place(arrivals)
    expect(timeranges(drafts)).toEqual(['[10:0_12:0)', '[12:0_14:0)', '[14:0_16:0)'])
    expect(drafts.map(({ isRestart }) => isRestart)).toEqual([false, false, false])
    expect(shown(drafts[2]!)[1]).toBe('11:0')
  })

  it('is noticed where the playlist does not mention it', () => {
    const drafts = place([segment({ start: 900_000n }), segment({ start: 0n })])
    expect(timeranges(drafts)).toEqual(['[10:0_12:0)', '[12:0_14:0)'])
    expect(drafts[1]?.isRestart).toBe(true)
  })
})

describe('a segment after one that is registered', () => {
  const registered = (end: string): Anchor => ({
    shift: parseTimestamp('100:0'),
    mediaEndTicks: 180_000n,
    discontinuity: 0,
    end: parseTimestamp(end),
    endsAfter: parseTimestamp(end),
  })

  it('goes on with its offset', () => {
    expect(timeranges(place([segment({ start: 180_000n })], undefined, registered('102:0')))).toEqual([
      '[102:0_104:0)',
    ])
  })

  it('starts where that one ends, which cannot be moved any more', () => {
    expect(timeranges(place([segment({ start: 179_999n })], undefined, registered('102:0')))).toEqual([
      '[102:0_103:999988889)',
    ])
  })
})
