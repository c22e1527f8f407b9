import { describe, expect, it } from 'vitest'
import { addedSegments } from '../../../../services/public-events/added-segments.ts'
import { storageBackends } from '../../../../services/storage/storage-backends.ts'
import { catalogOfEvents } from '../../../support/catalog-of-events.ts'

const LONG = 8_000

/** Segments of objects with so many long URLs each. */
function library(segments: number, urls: number) {
  const objects = Array.from({ length: segments }, (_, n) => `object-${n}`)
  const catalog = catalogOfEvents(
    ...objects.flatMap((object_id) => [
      {
        type: 'ObjectReferenced' as const,
        data: {
          object_id,
          flow_id: 'flow',
          role: 'media' as const,
          count: 1,
          registration: { timerange: '[0:0_1:0)', key_frame_count: 2 },
        },
      },
      ...Array.from({ length: urls }, (_, n) => ({
        type: 'InstanceAdded' as const,
        data: { object_id, label: `web-${n}`, url: `https://a.example/${'x'.repeat(LONG)}` },
      })),
    ]),
  )
  const added = {
    position: 1,
    flow_id: 'flow',
    segments: objects.map((object_id, n) => ({ object_id, timerange: `[${n}:0_${n + 1}:0)` })),
  }
  const tools = { reader: catalog.reader, storageBackends: storageBackends([]), nowMs: 0 }
  return { added, tools, catalog }
}

describe('segments that were added', () => {
  it('come in as many parts as it takes to keep each of them small', () => {
    const { added, tools, catalog } = library(200, 5)
    const seen: unknown[] = []
    let parts = 0
    for (let from: number | undefined = 0; from !== undefined; parts++) {
      const part = addedSegments(tools, added, {}, from)
      expect(part.json.length).toBeLessThan(1024 * 1024 + 6 * LONG)
      seen.push(...JSON.parse(part.json))
      from = part.next
    }
    expect(parts).toBe(8)
    expect(seen.map((segment) => (segment as { object_id: string }).object_id)).toStrictEqual(
      added.segments.map(({ object_id }) => object_id),
    )
    catalog.close()
  })

  it('come in one where it is small enough, with what is fixed about objects that are gone', () => {
    const { added, tools, catalog } = library(1_000, 0)
    catalog.add({ type: 'ObjectRetired', data: { object_id: 'object-0' } })
    const { json, next } = addedSegments(tools, added, { include_object_timerange: true }, 0)
    const segments = JSON.parse(json) as readonly unknown[]
    expect([segments.length, next]).toStrictEqual([1_000, undefined])
    expect(segments[0]).toStrictEqual({
      object_id: 'object-0',
      timerange: '[0:0_1:0)',
      key_frame_count: 2,
      object_timerange: '[0:0_1:0)',
      get_urls: [],
    })
    catalog.close()
  })
})
