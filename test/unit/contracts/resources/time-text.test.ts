import { describe, expect, it } from 'vitest'
import { DateTimeText, TimeRangeText, TimestampText } from '../../../../contracts/resources/time-text.ts'
import { faultsIn } from '../../../support/contracts/faults.ts'

describe('time in resources', () => {
  it.each([
    ['_', '_'],
    ['[_]', '_'],
    ['', '()'],
    ['(5:0_', '(5:0_'],
    ['[0:0_10:0', '[0:0_10:0]'],
    ['[281474976710655:999999999]', '[281474976710655:999999999]'],
  ])('reads the timerange "%s" as %s', (sent, canonical) => {
    expect(TimeRangeText.parse(sent)).toBe(canonical)
  })

  it.each([
    ['0:0', '0:0'],
    ['-0:5', '-0:5'],
    ['1694429247:40000000', '1694429247:40000000'],
  ])('reads the timestamp %s as %s', (sent, canonical) => {
    expect(TimestampText.parse(sent)).toBe(canonical)
  })

  it.each([
    [TimestampText, '1.5'],
    [TimestampText, '01:0'],
    [TimestampText, '0:1000000000'],
    [TimestampText, '281474976710656:0'],
    [TimestampText, ''],
    [TimeRangeText, '[0:0_1:0_2:0)'],
    [TimeRangeText, '(5:0)'],
    [TimeRangeText, 'x'.repeat(1_000_000)],
  ])('refuses what is no time, in few words', (schema, sent) => {
    const said = faultsIn(schema, sent)
    expect(said).toMatch(/^body: .+ is not a time/)
    expect(said!.length).toBeLessThan(300)
  })

  it('gives times of resources a zone', () => {
    expect(faultsIn(DateTimeText, '2026-11-21T03:30:00.000Z')).toBeUndefined()
    expect(faultsIn(DateTimeText, '2018-12-10T15:18:52.426792+00:00')).toBeUndefined()
    expect(faultsIn(DateTimeText, '2026-11-21T03:30:00')).toBeDefined()
  })
})
