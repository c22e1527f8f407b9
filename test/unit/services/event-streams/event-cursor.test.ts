import { describe, expect, it } from 'vitest'
import { cursorText, parseCursor } from '../../../../services/event-streams/event-cursor.ts'

describe('a cursor', () => {
  it.each([
    ['0', { position: 0, segment: 0 }],
    ['12', { position: 12, segment: 0 }],
    ['12.400', { position: 11, segment: 400 }],
  ])('%s says what its reader has', (text, cursor) => {
    expect(parseCursor(text)).toEqual(cursor)
    expect(cursorText(cursor)).toBe(text)
  })

  it.each(['', '-1', '1.0', '0.1', '1.', '.1', '1.2.3', ' 1', '1e3', '1'.repeat(16)])('is not %j', (text) => {
    expect(parseCursor(text)).toBeUndefined()
  })
})
