import { describe, it } from 'vitest'
import type { MediaFacts, ObjectEvent } from '../../../../contracts/events/object-events.ts'
import {
  allocated,
  copy,
  copyRemoved,
  dereferenced,
  given,
  made,
  object_id,
  referenced,
  registered,
  requested,
  retired,
  stored,
  urlAdded,
  use,
  useAsInit,
} from '../../../support/object-specs.ts'

const media: MediaFacts = { size_bytes: 4, checksums: [{ algorithm: 'sha256', value: 'x' }] }
const timerange = '[0:0_1:0)'
const first = { storage_id: 'disk', key: '2026/11/21/k' }
const measure = { type: 'MeasureObject', object_id, ...first, media } as const
const measured: ObjectEvent = {
  type: 'ObjectMeasured',
  data: { object_id, storage_id: 'disk', ...media },
}

describe('what a store has of an object', () => {
  it('is recorded with its first use, where it is known by then', () => {
    given(allocated)
      .when({ ...use(timerange), media })
      .thenEvents(registered({ timerange, media }))
    given(allocated)
      .when({ ...useAsInit(), media })
      .thenEvents(registered({ media }, 'init'))
  })

  it('is not recorded again with a later use', () =>
    given(allocated, registered({ timerange }))
      .when({ ...use(timerange), media })
      .thenEvents(referenced()))

  it('is recorded later otherwise, once', () => {
    given(allocated, registered({ timerange })).when(measure).thenEvents(measured)
    given(allocated, registered({ timerange }), measured)
      .when({ ...measure, media: { size_bytes: 5, checksums: [] } })
      .thenEvents()
    given(allocated, registered({ timerange, media })).when(measure).thenEvents()
  })

  it('is recorded of a copy, where the object was nowhere else', () => {
    const ofCopy = { ...measure, ...copy }
    const elsewhere = [urlAdded('web', 'https://a/'), made(), requested]
    given(...elsewhere)
      .when(ofCopy)
      .thenEvents()
    given(...elsewhere, stored)
      .when(ofCopy)
      .thenEvents({ type: 'ObjectMeasured', data: { object_id, storage_id: 'shelf', ...media } })
    given(...elsewhere, stored, copyRemoved)
      .when(ofCopy)
      .thenEvents()
  })

  it.each<[string, readonly ObjectEvent[]]>([
    ['is not known', []],
    ['no segment uses yet', [allocated]],
    ['is retired', [allocated, registered({ timerange }), dereferenced(), retired]],
  ])('is nothing to record for an object that %s', (_, history) =>
    given(...history)
      .when(measure)
      .thenEvents(),
  )

  it('says nothing of another key', () =>
    given(allocated, registered({ timerange }))
      .when({ ...measure, key: 'other' })
      .thenEvents())
})
