import { describe, expect, it } from 'vitest'
import { refuseUnreadable } from '../../../../../services/api/http/body-depth.ts'

const read =
  (text: string, encoding = 'utf-8') =>
  () =>
    refuseUnreadable(undefined as never, undefined as never, Buffer.from(text), encoding)

const nested = (depth: number, inner = ''): string => '['.repeat(depth) + inner + ']'.repeat(depth)
const long = `"${'x'.repeat(20_000)}"`

describe('reading a body', () => {
  it.each([
    ['64 levels', nested(64, long)],
    ['objects and lists in turn', `${'{"a":['.repeat(32)}${long}${']}'.repeat(32)}`],
    ['many lists beside each other', `[${'[],'.repeat(10_000)}[]]`],
    ['brackets in texts', JSON.stringify(['['.repeat(20_000), '{"'.repeat(20_000), '\\'.repeat(10_001)])],
    ['a text that does not end', `["${'['.repeat(20_000)}`],
    ['a text that ends with a backslash', `["${'['.repeat(20_000)}\\`],
    ['brackets that only close', ']'.repeat(20_000)],
    ['a short body of any depth', nested(5000)],
  ])('takes %s', (_what, text) => {
    expect(read(text)).not.toThrow()
  })

  it.each([
    ['65 levels', nested(65, long)],
    ['65 levels after a text with quotes', `[${JSON.stringify('\\"]'.repeat(3))},${nested(64, long)}]`],
    ['levels without end', '{"a":'.repeat(1_000_000)],
    ['levels behind a key that looks like an end', `{"]}":${nested(64, long)}}`],
  ])('refuses %s', (_what, text) => {
    expect(read(text)).toThrow('more than 64 levels')
  })

  it('refuses what is not UTF-8', () => {
    expect(read('{}', 'utf-16')).toThrow('must be UTF-8')
  })
})
