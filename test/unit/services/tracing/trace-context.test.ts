import { describe, expect, it } from 'vitest'
import { originOf, parseTraceparent, traceparentOf } from '../../../../services/tracing/trace-context.ts'

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736'
const SPAN = '00f067aa0ba902b7'

describe('a traceparent', () => {
  it.each([
    [`00-${TRACE}-${SPAN}-01`, { traceId: TRACE, spanId: SPAN, isSampled: true }],
    [`00-${TRACE}-${SPAN}-00`, { traceId: TRACE, spanId: SPAN, isSampled: false }],
    [`00-${TRACE}-${SPAN}-03`, { traceId: TRACE, spanId: SPAN, isSampled: true }],
    [`cc-${TRACE}-${SPAN}-01-what-comes-later`, { traceId: TRACE, spanId: SPAN, isSampled: true }],
  ])('is read: %s', (text, context) => expect(parseTraceparent(text)).toEqual(context))

  it.each([
    undefined,
    '',
    `00-${TRACE}-${SPAN}`,
    `00-${TRACE}-${SPAN}-01-more`,
    `ff-${TRACE}-${SPAN}-01`,
    `00-${'0'.repeat(32)}-${SPAN}-01`,
    `00-${TRACE}-${'0'.repeat(16)}-01`,
    `00-${TRACE.toUpperCase()}-${SPAN}-01`,
    `00-${TRACE}-${SPAN}-01, 00-${TRACE}-${SPAN}-01`,
  ])('is as if it were not there: %s', (text) => expect(parseTraceparent(text)).toBeUndefined())
})

describe('where a request is traced', () => {
  it('is what its id says, where that is a trace context', () => {
    const id = `00-${TRACE}-${SPAN}-01`
    expect(originOf(id, 0)).toEqual({ traceId: TRACE, spanId: SPAN, isSampled: true })
    expect(traceparentOf(originOf(id, 0))).toBe(id)
  })

  it('is the id itself, where that is a UUID', () =>
    expect(originOf('0F7A1B2C-3D4E-4F60-8A9B-0C1D2E3F4A5B', 1)).toEqual({
      traceId: '0f7a1b2c3d4e4f608a9b0c1d2e3f4a5b',
      spanId: '8a9b0c1d2e3f4a5b',
      isSampled: true,
    }))

  it('is the same for the same id, always, whatever the id', () =>
    expect(originOf('ingest-7', 1)).toEqual({
      traceId: 'b601a3e8f9f4b03fcf013e1cc99c93c0',
      spanId: '76988a3cc1c189f4',
      isSampled: true,
    }))

  it('is recorded as often as the ratio says', () => {
    const sampled = (ratio: number) =>
      Array.from({ length: 2_000 }, (_, n) => originOf(`request ${n}`, ratio)).filter(
        ({ isSampled }) => isSampled,
      ).length
    expect(sampled(0)).toBe(0)
    expect(sampled(1)).toBe(2_000)
    expect(sampled(0.25)).toBeGreaterThan(400)
    expect(sampled(0.25)).toBeLessThan(600)
  })

  it('is nowhere for a UUID without any bits', () =>
    expect(originOf('00000000-0000-0000-0000-000000000000', 1).isSampled).toBe(false))
})
