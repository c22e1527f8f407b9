import { expect, it } from 'vitest'
import { changedProperties } from '../../../../services/history/changed-properties.ts'

it.each([
  [{}, {}, []],
  [{ a: 1, b: { c: [1] } }, { b: { c: [1] }, a: 1 }, []],
  [{ a: 1 }, {}, [{ path: '/a', before: 1 }]],
  [{}, { a: null }, [{ path: '/a', after: null }]],
  [{ b: { c: 1, d: 2 } }, { b: { c: 1, d: 3 } }, [{ path: '/b/d', before: 2, after: 3 }]],
  [{ b: { c: 1 } }, { b: [1] }, [{ path: '/b', before: { c: 1 }, after: [1] }]],
  [{ b: [1, 2] }, { b: [2] }, [{ path: '/b', before: [1, 2], after: [2] }]],
  [
    { 'a/b': 1, '~': 1, '': 1 },
    {},
    [
      { path: '/', before: 1 },
      { path: '/a~1b', before: 1 },
      { path: '/~0', before: 1 },
    ],
  ],
  [{}, JSON.parse('{"__proto__":"x"}'), [{ path: '/__proto__', after: 'x' }]],
  [{}, { constructor: 'x' }, [{ path: '/constructor', after: 'x' }]],
])('from %j to %j is %j', (before, after, changes) => {
  expect(changedProperties(before, after)).toStrictEqual(changes)
})
