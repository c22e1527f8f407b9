import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { eventStreamParser } from '../../../../services/subscriber/event-stream-parser.ts'

const TEXT =
  'retry: 2000\nid: 4\n\n' +
  ': still here\nid: 5\n\n' +
  'id: 6\nevent: tams.flows.created\ndata: {"a":"b: c"}\n\n' +
  'data:one\r\ndata:  two\r\ndata\r\n\r\n' +
  'retry: soon\nunknown: x\n\n' +
  'id: 7\ndata: half of it'
const BLOCKS = [
  { id: '4', retry: 2000 },
  { id: '5' },
  { id: '6', event: 'tams.flows.created', data: '{"a":"b: c"}' },
  { data: 'one\n two\n' },
  {},
]

describe('a stream of events', () => {
  it('is read as its blocks, wherever it is cut', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(TEXT.length)), (places) => {
        const cuts = [0, ...places.toSorted((a, b) => a - b), TEXT.length]
        const parser = eventStreamParser()
        const read = cuts.flatMap((cut, i) => parser.push(TEXT.slice(cut, cuts[i + 1] ?? cut)))
        expect(read).toEqual(BLOCKS)
      }),
    )
  })
})
