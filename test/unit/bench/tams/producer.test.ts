import { describe, expect, it } from 'vitest'
import { FlowSegmentsPost } from '../../../../contracts/resources/flow-segment.ts'
import { FlowStoragePost } from '../../../../contracts/resources/flow-storage.ts'
import { parseTimeRange } from '../../../../contracts/time/timerange.ts'
import { meets } from '../../../../contracts/time/timerange-algebra.ts'
import { timerangeAt } from '../../../bench/tams/nth-segment.ts'
import { allocations, bulkRegistrations, registrations } from '../../../bench/tams/producer.ts'

const FLOW = '6f0b1b9e-3c8b-4b6c-9f0c-0e6f2f1f5a10'

const bodyOf = ({ body }: { readonly body?: string }) => JSON.parse(body!)

describe('the segments of a benchmark', () => {
  it.each([0, 1, 24, 9_999, 999_999, 9_999_999])('meet: the one after %i starts where it ends', (index) =>
    expect(meets(parseTimeRange(timerangeAt(index)), parseTimeRange(timerangeAt(index + 1)))).toBe(true),
  )

  it('are what the API takes, one at a time and many', () => {
    const single = registrations(FLOW, 7, 1).map(bodyOf)
    const bulk = bulkRegistrations(FLOW, 7, 3, 500).map(bodyOf)
    expect(FlowSegmentsPost.parse(single[0])).toEqual(single[0])
    expect(FlowSegmentsPost.parse(bulk[0])).toEqual(bulk[0])
  })

  it('are each registered once, in order, whatever the size of a request', () => {
    const singles = registrations(FLOW, 100, 12).map(bodyOf)
    const bulks = bulkRegistrations(FLOW, 100, 12, 5).map(bodyOf)
    expect(bulks.map(({ length }) => length)).toEqual([5, 5, 2])
    expect(bulks.flat()).toEqual(singles)
  })

  it('have their objects allocated before, no more in a request than the API takes', () => {
    const requests = allocations(FLOW, 100, 5_003).map(bodyOf)
    for (const request of requests) expect(FlowStoragePost.parse(request)).toEqual(request)
    const registered = registrations(FLOW, 100, 5_003).map((exchange) => bodyOf(exchange).object_id)
    expect(requests.flatMap(({ object_ids }) => object_ids)).toEqual(registered)
  })
})
