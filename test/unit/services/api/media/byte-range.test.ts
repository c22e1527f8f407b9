import { describe, expect, it } from 'vitest'
import { parseByteRange } from '../../../../../services/api/media/byte-range.ts'

describe('a Range header on an object of 100 bytes', () => {
  it.each([
    ['bytes=0-0', { first: 0, last: 0 }],
    ['bytes=0-99', { first: 0, last: 99 }],
    ['bytes=10-19', { first: 10, last: 19 }],
    ['bytes=10-', { first: 10, last: 99 }],
    ['bytes=99-', { first: 99, last: 99 }],
    ['bytes=90-1000', { first: 90, last: 99 }],
    ['bytes=0-99999999999999999999999999999999', { first: 0, last: 99 }],
    ['bytes=-1', { first: 99, last: 99 }],
    ['bytes=-100', { first: 0, last: 99 }],
    ['bytes=-500', { first: 0, last: 99 }],
    ['Bytes= 10-19 ', { first: 10, last: 19 }],
  ])('%j asks for %j', (header, range) => {
    expect(parseByteRange(header, 100)).toEqual(range)
  })

  it.each(['bytes=100-', 'bytes=100-200', 'bytes=99999999999999999999999-', 'bytes=-0'])(
    '%j cannot be satisfied',
    (header) => {
      expect(parseByteRange(header, 100)).toBe('unsatisfiable')
    },
  )

  it.each([
    '',
    'bytes',
    'bytes=',
    'bytes=-',
    'bytes=a-b',
    'bytes=1',
    'bytes=5-4',
    'bytes=0x1-5',
    'bytes=1.5-2',
    'bytes=+1-2',
    'bytes=0-1,5-6',
    'bytes=0-0,-1',
    'seconds=0-1',
    'bytes 0-1',
  ])('%j is answered with the whole', (header) => {
    expect(parseByteRange(header, 100)).toBe('whole')
  })
})

describe('a Range header on an empty object', () => {
  it.each([
    ['bytes=0-', 'unsatisfiable'],
    ['bytes=0-0', 'unsatisfiable'],
    ['bytes=-0', 'unsatisfiable'],
    ['bytes=-5', 'whole'],
  ])('%j: %s', (header, answer) => {
    expect(parseByteRange(header, 0)).toBe(answer)
  })
})
