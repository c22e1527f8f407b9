import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Tags } from '../../../../contracts/resources/tags.ts'
import { taiOf } from '../../../../contracts/time/tai.ts'
import {
  type Bound,
  formatTimeRange,
  parseTimeRange,
  rangeBetween,
  type TimeRange,
} from '../../../../contracts/time/timerange.ts'
import { covers } from '../../../../contracts/time/timerange-algebra.ts'
import {
  addTimestamps,
  compareTimestamps,
  formatTimestamp,
  subtractTimestamps,
  type Timestamp,
} from '../../../../contracts/time/timestamp.ts'
import {
  type RetainedFlow,
  type RetentionFinding,
  retentionFindings,
} from '../../../../domain/retention/retention.ts'
import { law } from '../../contracts/time/law.ts'

/** Noon, UTC; in TAI it is `${NOON}:0`. */
const NOON_MS = Date.parse('2026-11-25T12:00:00Z')
const NOON = NOON_MS / 1000 + 37
const HOUR = 3600
const YEAR = 365 * 24 * HOUR

/** The end of a segment that ends so many seconds from noon. */
const endAt = (fromNoon: number, inclusive = false): Bound => ({
  at: { seconds: NOON + fromNoon, nanoseconds: 0 },
  inclusive,
})

/** A flow that was made, and last changed, two hours before noon. */
const flow = (tags: Tags, changes: Partial<RetainedFlow> = {}): RetainedFlow => ({
  tags,
  read_only: false,
  created_ms: NOON_MS - 2 * HOUR * 1000,
  metadata_updated_ms: NOON_MS - 2 * HOUR * 1000,
  segments_updated_ms: null,
  ...changes,
})

/** With segments of which the first ends two hours before noon, and the last at noon. */
const loop = (offset: Tags[string], changes: Partial<RetainedFlow> = {}) =>
  flow(
    { segment_retention_offset: offset },
    { ends: { first: endAt(-2 * HOUR), last: endAt(0) }, ...changes },
  )

const found = (retained: RetainedFlow, nowMs = NOON_MS) =>
  retentionFindings(retained, nowMs).map((finding) =>
    'due' in finding && finding.due === 'segments' ? formatTimeRange(finding.range) : finding,
  )

describe('segment_retention_offset', () => {
  it.each<[what: string, retained: RetainedFlow, findings: unknown[]]>([
    ['what ended longer ago is due', loop('3600:0'), [`_${NOON - HOUR}:0)`]],
    ['to the nanosecond', loop('7199:999999999'), [`_${NOON - 2 * HOUR}:1)`]],
    ['what ended just so long ago is due', loop('7200:0'), [`_${NOON - 2 * HOUR}:0)`]],
    ['a nanosecond less is not', loop('7200:1'), []],
    [
      'nor is what has its last instant just so long ago',
      loop('7200:0', { ends: { first: endAt(-2 * HOUR, true), last: endAt(0) } }),
      [],
    ],
    ['a flow without segments has none due', flow({ segment_retention_offset: '1:0' }), []],
    ['a flow without tags has nothing due', loop('1:0', { tags: {} }), []],
    ['nothing is due for a very long time', loop('281474976710655:0'), []],
  ])('%s', (_, retained, findings) => {
    expect(found(retained)).toStrictEqual(findings)
  })

  it.each([
    '3600',
    '3600.5',
    ' 3600:0',
    '1h',
    '',
    '0:0',
    '-3600:0',
    '01:0',
    '1:1000000000',
    'x'.repeat(9999),
  ])('is not acted on where it is no TAMS timestamp of more than nothing: %j', (offset) => {
    expect(found(loop(offset))).toStrictEqual([{ skipped: 'invalid_segment_retention_offset' }])
  })

  it.each([[['3600:0']], [['3600:0', '60:0']], [[]]])('is not acted on where it is a list: %j', (offset) => {
    expect(found(loop(offset))).toStrictEqual([{ skipped: 'invalid_segment_retention_offset' }])
  })

  it('finds exactly the segments each of which is due', () => {
    const ends = fc.record({
      seconds: fc.integer({ min: NOON - 40, max: NOON }),
      nanoseconds: fc.constantFrom(0, 1, 500_000_000, 999_999_999),
    })
    const offsets = fc.record({
      seconds: fc.integer({ min: 0, max: 40 }),
      nanoseconds: fc.constantFrom(1, 500_000_000),
    })
    law(
      fc.record({
        cuts: fc.array(ends, { minLength: 2, maxLength: 12 }),
        offset: offsets,
        late: fc.nat(20_000),
      }),
      ({ cuts, offset, late }) => {
        const segments = segmentsBetween(cuts)
        const first = segments[0]
        const last = segments.at(-1)
        if (!first || !last) return
        const nowMs = NOON_MS + late
        const retained = loop(formatTimestamp(offset), { ends: { first: first.end, last: last.end } })
        const findings = retentionFindings(retained, nowMs)
        const dueByEnd = segments.filter(
          ({ end }) => compareTimestamps(addTimestamps(end.at, offset), taiOf(nowMs)) <= 0,
        )
        expect(
          segments.filter(({ range }) => dueBy(findings).some((due) => covers(due, range))),
        ).toStrictEqual(dueByEnd)
        expect(findings.length).toBe(dueByEnd.length > 0 ? 1 : 0)
      },
    )
  })
})

describe('a timeline that is not one of wall clock times', () => {
  const ends = { first: { at: parse(1), inclusive: false }, last: { at: parse(7200), inclusive: false } }

  it('is left alone, though all of it was due in 1970', () => {
    expect(found(loop('3600:0', { ends }))).toStrictEqual([{ skipped: 'not_wall_clock' }])
  })

  it('loses segments one after the other where the offset makes up for it', () => {
    // 0:0 was two hours before noon, and an hour is to be kept.
    const offset = `${NOON - 2 * HOUR + HOUR}:0`
    expect(found(loop(offset, { ends }))).toStrictEqual(['_3600:0)'])
  })

  it.each([
    ['an import that is a year late', -YEAR, ['_1795604437:0)']],
    ['one that is later', -YEAR - 1, [{ skipped: 'not_wall_clock' }]],
  ])('is not %s', (_, late, findings) => {
    // The last was due `late` seconds from when the flow was made.
    const last = endAt(-2 * HOUR - HOUR + late)
    expect(found(loop('3600:0', { ends: { first: last, last } }))).toStrictEqual(findings)
  })

  it('is one of a flow that nobody has written to for years', () => {
    const old = {
      created_ms: NOON_MS - 5 * YEAR * 1000,
      ends: { first: endAt(-5 * YEAR), last: endAt(-4 * YEAR) },
    }
    expect(found(loop('3600:0', old))).toStrictEqual([`_${NOON - HOUR}:0)`])
  })

  it('never loses anything, whatever the offset, if all was due long before its flow', () => {
    law(
      fc.record({
        last: fc.integer({ min: 0, max: 10 * YEAR }),
        offset: fc.integer({ min: 1, max: YEAR }),
        laterMs: fc.nat(1_000_000_000_000),
      }),
      ({ last, offset, laterMs }) => {
        const retained = loop(`${offset}:0`, {
          ends: { first: ends.first, last: { at: parse(last), inclusive: true } },
        })
        expect(dueBy(retentionFindings(retained, NOON_MS + laterMs))).toStrictEqual([])
      },
    )
  })
})

describe('flow_retention_offset', () => {
  it.each<[what: string, changes: Partial<RetainedFlow>, offset: Tags[string], findings: unknown[]]>([
    ['a flow is due that long after its metadata changed', {}, '7200:0', [{ due: 'flow' }]],
    ['not a nanosecond sooner', {}, '7200:1', []],
    ['segments that changed later count', { segments_updated_ms: NOON_MS - 1 }, '3600:0', []],
    ['segments that changed earlier do not', { segments_updated_ms: 1 }, '7200:0', [{ due: 'flow' }]],
    ['a zero is nobody’s wish', {}, '0:0', [{ skipped: 'invalid_flow_retention_offset' }]],
    ['a negative one neither', {}, '-7200:0', [{ skipped: 'invalid_flow_retention_offset' }]],
    ['a list is none', {}, ['7200:0'], [{ skipped: 'invalid_flow_retention_offset' }]],
  ])('%s', (_, changes, offset, findings) => {
    expect(found(flow({ flow_retention_offset: offset }, changes))).toStrictEqual(findings)
  })

  it('is due from one millisecond on, and stays so', () => {
    law(
      fc.record({ offset: fc.integer({ min: 1, max: 100_000 }), later: fc.nat(200_000_000) }),
      ({ offset, later }) => {
        const retained = flow({ flow_retention_offset: `${offset}:0` })
        const isDue = retained.metadata_updated_ms + offset * 1000 <= NOON_MS + later
        expect(found(retained, NOON_MS + later)).toStrictEqual(isDue ? [{ due: 'flow' }] : [])
      },
    )
  })
})

describe('a flow with both tags', () => {
  const both = (flow_retention_offset: string, segment_retention_offset: string, changes = {}) =>
    loop('', { tags: { flow_retention_offset, segment_retention_offset }, ...changes })

  it.each([
    ['that is due takes its segments with it', both('60:0', '60:0'), [{ due: 'flow' }]],
    ['that is not due loses those that are', both('7201:0', '3600:0'), [`_${NOON - HOUR}:0)`]],
    [
      'has each told for itself',
      both('soon', '3600:0'),
      [{ skipped: 'invalid_flow_retention_offset' }, `_${NOON - HOUR}:0)`],
    ],
    [
      'that is due and read-only is left alone',
      both('60:0', '60:0', { read_only: true }),
      [{ skipped: 'read_only' }],
    ],
  ])('%s', (_, retained, findings) => {
    expect(found(retained)).toStrictEqual(findings)
  })
})

describe('a read-only flow', () => {
  it('is left alone, and told of only once something is due', () => {
    expect(found(loop('3600:0', { read_only: true }))).toStrictEqual([{ skipped: 'read_only' }])
    expect(found(loop('7201:0', { read_only: true }))).toStrictEqual([])
  })
})

function parse(seconds: number): Timestamp {
  return { seconds, nanoseconds: 0 }
}

const dueBy = (findings: readonly RetentionFinding[]): readonly TimeRange[] =>
  findings.flatMap((finding) =>
    'due' in finding ? [finding.due === 'segments' ? finding.range : parseTimeRange('_')] : [],
  )

/** Segments from each instant to the next. */
function segmentsBetween(cuts: readonly Timestamp[]) {
  const sorted = cuts.toSorted(compareTimestamps)
  return sorted.slice(1).flatMap((at, index) => {
    const start = sorted[index]!
    const length = subtractTimestamps(at, start)
    if (length.seconds === 0 && length.nanoseconds === 0) return []
    const end = { at, inclusive: false }
    return [{ range: rangeBetween({ at: start, inclusive: true }, end), end }]
  })
}
