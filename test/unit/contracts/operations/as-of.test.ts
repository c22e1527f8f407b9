import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { asOfQuery } from '../../../../contracts/operations/as-of.ts'

describe('as_of', () => {
  const { pattern } = z.toJSONSchema(asOfQuery.as_of)
  const taken = (text: string) => asOfQuery.as_of.safeParse(text).success

  it.each([
    '0',
    '999999999999999',
    '2026-11-21T03:30:00Z',
    '2026-11-21T03:30:00.123456789Z',
    '2026-11-21T03:30:00+01:00',
    '0001-01-01T00:00:00-23:59',
  ])('takes %s, as its pattern says', (text) => {
    expect(taken(text)).toBe(true)
    expect(text).toMatch(new RegExp(pattern!))
  })

  it.each([
    '',
    '-1',
    '1.5',
    '1e3',
    '1000000000000000',
    'now',
    '2026-11-21',
    '2026-11-21T03:30Z',
    '2026-11-21T03:30:00',
  ])('refuses %j, as its pattern says', (text) => {
    expect(taken(text)).toBe(false)
    expect(text).not.toMatch(new RegExp(pattern!))
  })

  it('refuses a day that no month has, which no pattern tells', () => {
    expect(taken('2026-02-30T00:00:00Z')).toBe(false)
  })
})
