import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { ObjectId } from '../../../../contracts/resources/object-id.ts'

describe('the id of an object', () => {
  it.each(['a', '../../etc/passwd', 'a b?c#d%2F', '媒体 🎬', '🎬'.repeat(1024), '__proto__'])(
    'may be %j',
    (id) => expect(ObjectId.safeParse(id)).toMatchObject({ success: true, data: id }),
  )

  it.each([
    '',
    'a'.repeat(1025),
    'a\n',
    '\u0000',
    '\u007f',
    'a\u0085',
    '\ud800',
    'a\udc00b',
    '\udc00\ud800',
    7,
  ])('may not be %j', (id) => expect(ObjectId.safeParse(id).success).toBe(false))

  it('has a pattern that readers without surrogates understand', () => {
    const { pattern } = z.toJSONSchema(z.object({ id: ObjectId })).$defs!['ObjectId'] as { pattern: string }
    expect(pattern).toMatch(/\{1,1024\}\$$/)
    expect(pattern).not.toMatch(/\\u\{?d[89a-f]|\\p/i)
  })
})
