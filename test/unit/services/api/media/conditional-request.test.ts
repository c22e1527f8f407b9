import { describe, expect, it } from 'vitest'
import { copyIsCurrent, rangeStillApplies } from '../../../../../services/api/media/conditional-request.ts'

const media = {
  sizeBytes: 100,
  contentType: 'video/mp2t',
  etag: '"abc"',
  modifiedMs: Date.UTC(2026, 10, 21, 12, 0, 0, 250),
  checksums: [],
}
const EARLIER = 'Sat, 21 Nov 2026 11:59:59 GMT'
const THEN = 'Sat, 21 Nov 2026 12:00:00 GMT'
const LATER = 'Sat, 21 Nov 2026 12:00:01 GMT'

describe("a client's copy", () => {
  it.each([
    ['without conditions', {}, false],
    ['with the tag', { 'if-none-match': '"abc"' }, true],
    ['with the tag, weak', { 'if-none-match': 'W/"abc"' }, true],
    ['with the tag among others', { 'if-none-match': '"x", "abc" ,W/"y"' }, true],
    ['with any tag', { 'if-none-match': ' * ' }, true],
    ['with another tag', { 'if-none-match': '"abd"' }, false],
    ['with a tag that begins alike', { 'if-none-match': '"abcd", abc, ""' }, false],
    ['with another tag and a good date', { 'if-none-match': '"abd"', 'if-modified-since': LATER }, false],
    ['with the tag and an old date', { 'if-none-match': '"abc"', 'if-modified-since': EARLIER }, true],
    ['with the date', { 'if-modified-since': THEN }, true],
    ['with a later date', { 'if-modified-since': LATER }, true],
    ['with an earlier date', { 'if-modified-since': EARLIER }, false],
    ['with no date at all', { 'if-modified-since': 'nonsense' }, false],
    ['that caches must not vouch for', { 'if-none-match': '"abc"', 'cache-control': 'no-cache' }, true],
  ])('%s is current or not', (_what, headers, current) => {
    expect(copyIsCurrent(headers, media)).toBe(current)
  })
})

describe('an If-Range header', () => {
  it.each([
    [undefined, true],
    ['"abc"', true],
    ['"abd"', false],
    ['W/"abc"', false],
    [THEN, true],
    [LATER, false],
    [EARLIER, false],
    ['nonsense', false],
  ])('%j lets the range stand: %s', (header, stands) => {
    expect(rangeStillApplies(header, media)).toBe(stands)
  })
})
