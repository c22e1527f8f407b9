import { describe, it } from 'vitest'
import type { ObjectEvent } from '../../../../contracts/events/object-events.ts'
import { type InstanceRejection, MAX_UNPURGED, MAX_URLS } from '../../../../domain/media-object/instances.ts'
import {
  allocated,
  copy,
  copyRemoved,
  failed,
  given,
  made,
  object_id,
  registered,
  requested,
  retired,
  stored,
  urlAdded,
  urlRemoved,
} from '../../../support/object-specs.ts'

const inUse = [allocated, registered({ timerange: '[0:0_1:0)' })]
const elsewhere = [urlAdded('web', 'https://a/'), made()]
const addUrl = (label: string, url: string) => ({ type: 'AddUrl', object_id, label, url }) as const
const request = { type: 'RequestInstance', ...copy } as const
const store = { type: 'StoreInstance', ...copy } as const
const fail = { type: 'FailInstance', ...copy, error: failed.data.error } as const
const removeFrom = (storage_id: string) =>
  ({ type: 'RemoveInstance', object_id, instance: { storage_id } }) as const
const removeUrl = (label: string) => ({ type: 'RemoveInstance', object_id, instance: { label } }) as const
const refused = (reason: InstanceRejection['reason']) => ({ reason, object_id })

describe('instances', () => {
  it.each<[string, readonly ObjectEvent[]]>([
    ['never was', []],
    ['is only allocated', [allocated]],
    ['is retired', [...inUse, { type: 'ObjectDereferenced', data: { object_id, count: 1 } }, retired]],
  ])('are not those of an object that %s', (_, history) => {
    for (const command of [
      addUrl('web', 'https://a/'),
      request,
      store,
      fail,
      removeFrom('disk'),
      removeUrl('web'),
    ]) {
      given(...history)
        .when(command)
        .thenRejected(refused('object_not_found'))
    }
  })
})

describe('adding a URL', () => {
  it('makes it known once', () => {
    given(...inUse)
      .when(addUrl('web', 'https://a/'))
      .thenEvents(urlAdded('web', 'https://a/'))
    given(...inUse, urlAdded('web', 'https://a/'))
      .when(addUrl('web', 'https://a/'))
      .thenEvents()
  })

  it('is refused where the label stands for another', () =>
    given(...inUse, urlAdded('web', 'https://a/'))
      .when(addUrl('web', 'https://b/'))
      .thenRejected(refused('object_label_taken')))

  it('is possible with a label that is free again', () =>
    given(...inUse, urlAdded('web', 'https://a/'), urlRemoved('web'))
      .when(addUrl('web', 'https://b/'))
      .thenEvents(urlAdded('web', 'https://b/')))

  it('has an end', () => {
    const many = Array.from({ length: MAX_URLS }, (_, index) => urlAdded(`${index}`, 'https://a/'))
    given(...inUse, ...many)
      .when(addUrl('7', 'https://a/'))
      .thenEvents()
    given(...inUse, ...many)
      .when(addUrl('web', 'https://a/'))
      .thenRejected(refused('object_urls_exceeded'))
  })
})

describe('copying to another backend', () => {
  it('is asked for, and then complete, once', () => {
    given(...inUse)
      .when(request)
      .thenEvents(requested)
    given(...elsewhere)
      .when(request)
      .thenEvents(requested)
    given(...inUse, requested)
      .when(store)
      .thenEvents(stored)
    given(...inUse, requested, stored)
      .when(store)
      .thenEvents()
  })

  it.each<[string, readonly ObjectEvent[]]>([
    ['on its way', [requested]],
    ['there', [requested, stored]],
  ])('is refused while a copy is %s', (_, history) =>
    given(...inUse, ...history)
      .when(request)
      .thenRejected(refused('instance_exists')),
  )

  it('is refused where the object itself is', () =>
    given(...inUse)
      .when({ ...request, storage_id: 'disk' })
      .thenRejected(refused('instance_exists')))

  it.each<[string, readonly ObjectEvent[]]>([
    ['was never asked for', []],
    ['is not wanted any more', [requested, copyRemoved]],
    [
      'is not the one that was asked for last',
      [{ ...requested, data: { ...copy, key: 'another' } } as ObjectEvent],
    ],
  ])('is not complete where it %s', (_, history) =>
    given(...inUse, ...history)
      .when(store)
      .thenRejected(refused('instance_unknown')),
  )

  it('can begin again', () =>
    given(...inUse, requested, stored, copyRemoved)
      .when(request)
      .thenEvents(requested))
})

describe('a copy that cannot be made', () => {
  it('is given up, and may be asked for again', () => {
    given(...inUse, requested)
      .when(fail)
      .thenEvents(failed)
    given(...inUse, requested, failed)
      .when(request)
      .thenEvents(requested)
  })

  it('leaves nothing to be complete, to fail, or to be removed', () => {
    for (const command of [store, fail, removeFrom('shelf')]) {
      given(...inUse, requested, failed)
        .when(command)
        .thenRejected(refused('instance_unknown'))
    }
  })

  it.each<[string, readonly ObjectEvent[]]>([
    ['was never asked for', []],
    ['is not wanted any more', [requested, copyRemoved]],
    [
      'is not the one that was asked for last',
      [{ ...requested, data: { ...copy, key: 'another' } } as ObjectEvent],
    ],
  ])('does not fail where it %s', (_, history) =>
    given(...inUse, ...history)
      .when(fail)
      .thenRejected(refused('instance_unknown')),
  )

  it('does not fail where it is there', () =>
    given(...inUse, requested, stored)
      .when(fail)
      .thenRejected(refused('instance_exists')))
})

describe('removing an instance', () => {
  const first: ObjectEvent = {
    type: 'InstanceRemoved',
    data: { object_id, storage_id: 'disk', key: '2026/11/21/k' },
  }

  it('says where the bytes were', () => {
    given(...inUse, requested, stored)
      .when(removeFrom('shelf'))
      .thenEvents(copyRemoved)
    given(...inUse, requested, stored)
      .when(removeFrom('disk'))
      .thenEvents(first)
    given(...inUse, urlAdded('web', 'https://a/'))
      .when(removeFrom('disk'))
      .thenEvents(first)
    given(...inUse, urlAdded('web', 'https://a/'))
      .when(removeUrl('web'))
      .thenEvents(urlRemoved('web'))
  })

  it('takes back a copy that is on its way', () =>
    given(...inUse, requested)
      .when(removeFrom('shelf'))
      .thenEvents(copyRemoved))

  it.each([
    ['in a backend', inUse, removeFrom('disk')],
    ['elsewhere', elsewhere, removeUrl('web')],
    ['but for a copy that is on its way', [...inUse, requested], removeFrom('disk')],
    ['but for a copy that is on its way, elsewhere', [...elsewhere, requested], removeUrl('web')],
    ['after the first is gone', [...inUse, requested, stored, first], removeFrom('shelf')],
  ])('is refused for the only one: %s', (_, history, command) =>
    given(...history)
      .when(command)
      .thenRejected(refused('instance_is_last')),
  )

  it.each([removeFrom('shelf'), removeUrl('web'), removeUrl('__proto__'), removeUrl('disk')])(
    'is refused for one that is not there: %#',
    (command) =>
      given(...inUse)
        .when(command)
        .thenRejected(refused('instance_unknown')),
  )
})

describe('copies that were removed and have not gone', () => {
  const cycles = Array.from({ length: MAX_UNPURGED }, (_, index) => index).flatMap((index): ObjectEvent[] => {
    const data = { ...copy, key: `2026/11/21/${index}` }
    return [
      { type: 'InstanceRequested', data },
      { type: 'InstanceRemoved', data },
    ]
  })

  it('are only so many in one storage backend', () => {
    given(...inUse, ...cycles)
      .when(request)
      .thenRejected(refused('instances_unpurged'))
    given(...inUse, ...cycles)
      .when({ ...request, storage_id: 'attic' })
      .thenEvents({ type: 'InstanceRequested', data: { ...copy, storage_id: 'attic' } })
    given(...inUse, ...cycles, { type: 'InstancePurged', data: { ...copy, key: '2026/11/21/0' } })
      .when(request)
      .thenEvents(requested)
  })
})
