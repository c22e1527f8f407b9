import type { Exchange } from '../load/exchange.ts'
import { objectIdAt, offsetBetween, timerangeAt } from './nth-segment.ts'

/** Who appends to a flow: knows how many segments it has registered, or is about to. */
export type Producer = { readonly flowId: string; next: number }

/** What the service takes in one request. */
const MAX_OBJECTS_PER_REQUEST = 5_000

/** Exchanges that set storage aside for a flow's segments from `first` on. */
export function allocations(flowId: string, first: number, count: number): readonly Exchange[] {
  return chunks(first, count, MAX_OBJECTS_PER_REQUEST).map(([from, size]) => ({
    method: 'POST',
    path: `/flows/${flowId}/storage`,
    body: JSON.stringify({ object_ids: indexes(from, size).map((index) => objectIdAt(flowId, index)) }),
    expected: { status: 201 },
  }))
}

/** Exchanges that register a flow's segments from `first` on, one a request. */
export const registrations = (flowId: string, first: number, count: number): readonly Exchange[] =>
  indexes(first, count).map((index) => registration(flowId, segmentText(flowId, index)))

/** The same, many a request. @param perObject how many segments in a row use the same object, as loops do */
export const bulkRegistrations = (
  flowId: string,
  first: number,
  count: number,
  perRequest: number,
  perObject = 1,
): readonly Exchange[] =>
  chunks(first, count, perRequest).map(([from, size]) => {
    const segments = indexes(from, size).map((index) => segmentText(flowId, index, perObject))
    return registration(flowId, `[${segments.join(',')}]`)
  })

/** 201 and nothing else: 200 would say that some segments were refused. */
const registration = (flowId: string, body: string): Exchange => ({
  method: 'POST',
  path: `/flows/${flowId}/segments`,
  body,
  expected: { status: 201 },
})

function segmentText(flowId: string, index: number, perObject = 1): string {
  const object = Math.floor(index / perObject)
  const first = object * perObject
  return JSON.stringify({
    object_id: objectIdAt(flowId, object),
    timerange: timerangeAt(index),
    // It is the object's own where it is used first.
    ...(index > first && { object_timerange: timerangeAt(first), ts_offset: offsetBetween(first, index) }),
  })
}

const indexes = (first: number, count: number): readonly number[] =>
  Array.from({ length: count }, (_, offset) => first + offset)

function chunks(
  first: number,
  count: number,
  size: number,
): readonly (readonly [from: number, size: number])[] {
  const starts = Array.from({ length: Math.ceil(count / size) }, (_, chunk) => chunk * size)
  return starts.map((start) => [first + start, Math.min(size, count - start)] as const)
}
