import type { RequestListener } from 'node:http'
import { describe, expect, it } from 'vitest'
import { WrongAnswer } from '../../../bench/load/exchange.ts'
import { objectIdAt, timerangeAt } from '../../../bench/tams/nth-segment.ts'
import { verifyFlow } from '../../../bench/tams/verify-flow.ts'
import { serving } from '../serve.ts'

const FLOW = 'a-flow'
const PAGE = 1000

const segmentAt = (index: number) => ({
  object_id: objectIdAt(FLOW, index),
  timerange: timerangeAt(index),
})

/** A service that has these segments, in pages; a page's key is where it starts. */
const having =
  (segments: readonly unknown[]): RequestListener =>
  (request, response) => {
    const start = Number(new URL(request.url!, 'http://host').searchParams.get('page') ?? 0)
    const next = start + PAGE
    if (next < segments.length) response.setHeader('X-Paging-NextKey', String(next))
    response.end(JSON.stringify(segments.slice(start, next)))
  }

const segments = Array.from({ length: 3_500 }, (_, index) => segmentAt(index))

const verify = (listed: readonly unknown[]) =>
  serving(having(listed), (origin) => verifyFlow(origin, FLOW, segments.length))

describe('looking for what was acknowledged', () => {
  it('reads page after page, and remembers where each starts', async () =>
    expect(await verify(segments)).toEqual([
      { pageKey: '1000', index: 1000 },
      { pageKey: '2000', index: 2000 },
      { pageKey: '3000', index: 3000 },
    ]))

  it('misses a segment at the end', () => expect(verify(segments.slice(0, -1))).rejects.toThrow(WrongAnswer))

  it('misses a segment within', () =>
    expect(verify(segments.toSpliced(1234, 1))).rejects.toThrow(WrongAnswer))

  it('sees a segment twice', () =>
    expect(verify(segments.toSpliced(10, 0, segmentAt(10)))).rejects.toThrow(WrongAnswer))

  it('sees another object in a segment’s place', () =>
    expect(verify(segments.with(3_000, { ...segmentAt(3_000), object_id: 'other' }))).rejects.toThrow(
      WrongAnswer,
    ))

  it('takes no refusal for an answer', () =>
    expect(
      serving(
        (_request, response) => {
          response.statusCode = 503
          response.end()
        },
        (origin) => verifyFlow(origin, FLOW, 0),
      ),
    ).rejects.toThrow(WrongAnswer))
})
