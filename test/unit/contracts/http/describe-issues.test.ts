import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { faultsIn } from '../../../support/contracts/faults.ts'

const either = z.union([z.object({ a: z.int() }), z.array(z.union([z.string().max(3), z.boolean()]))])

describe('faults in words', () => {
  it('name at most five, and how many more there are', () => {
    expect(faultsIn(z.array(z.int()), 'abcdefg'.split(''))).toBe(
      `${[0, 1, 2, 3, 4].map((n) => `[${n}]: must be an integer`).join('; ')}; and 2 more`,
    )
  })

  it.each([
    [{ a: 'x' }, 'a: must be an integer'],
    [['abcd'], '[0]: must have at most 3 characters'],
    [[5], '[0]: must be a string or true or false'],
    [5, 'body: must be an object or a list'],
  ])('speak of the one of several schemas that was meant: %j', (value, said) => {
    expect(faultsIn(either, value)).toBe(said)
  })

  it.each<[schema: z.ZodType, value: unknown, said: string]>([
    [z.literal('a'), 'b', 'body: must be a'],
    [z.enum(['a', 'b']), 'c', 'body: must be one of a, b'],
    [z.int().lt(5), 5, 'body: must be less than 5'],
    [z.array(z.string()).min(1), [], 'body: must have at least 1 items'],
    [z.int(), 2 ** 60, 'body: must be at most 9007199254740991'],
    [z.strictObject({}), { a: 1, b: 2 }, 'body: has unknown names: a, b'],
    [z.object({ a: z.object({ b: z.array(z.string()) }) }), { a: { b: [1] } }, 'a.b[0]: must be a string'],
    [z.string().refine(() => false, { error: 'is not to our taste' }), 'x', 'body: is not to our taste'],
  ])('are short and ours: %$', (schema, value, said) => {
    expect(faultsIn(schema, value)).toBe(said)
  })

  it('cut what a client made long', () => {
    const said = faultsIn(z.record(z.string(), z.int()), { ['n'.repeat(5_000)]: 'x' })
    expect(said).toBe(`${'n'.repeat(64)}…: must be an integer`)
  })
})
