import type { Request } from 'express'
import { describe, expect, it } from 'vitest'
import { encodePageKey } from '../../../../../services/api/http/page-key.ts'
import { pagingOf, sortedFrom } from '../../../../../services/api/http/paging.ts'

const request = { path: '/flows', url: '/flows', baseUrl: '' } as Request
const pagingFrom = (key: readonly (string | number)[]) =>
  pagingOf(request, { page: encodePageKey('/flows?', key) }, 'http://localhost')

describe('a page of a sorted list', () => {
  it('starts where its key says', () => {
    expect(sortedFrom(pagingFrom([1, 2]))).toStrictEqual({ from: [1, 2] })
    expect(sortedFrom(pagingFrom(['0label', 2]))).toStrictEqual({ from: ['0label', 2] })
    expect(sortedFrom(pagingOf(request, {}, ''))).toStrictEqual({})
  })

  it.each([[[]], [[1]], [[1, 'x']], [[1, 2, 3]]])('refuses a key that someone made up: %j', (key) => {
    expect(() => sortedFrom(pagingFrom(key))).toThrow('is not a key of this list')
  })
})
