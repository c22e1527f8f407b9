import { describe, expect, it } from 'vitest'
import type { ObjectEvent } from '../../../../contracts/events/object-events.ts'
import { fold } from '../../../../domain/decision.ts'
import { objectAggregate } from '../../../../domain/media-object/media-object.ts'
import {
  allocate,
  allocated,
  copy,
  copyPurged,
  copyRemoved,
  dereferenced,
  firstPurged,
  given,
  made,
  object_id,
  purged,
  referenced,
  registered,
  registeredInit,
  requested,
  retired,
  stored,
  urlAdded,
} from '../../../support/object-specs.ts'

const inUse = [allocated, registered({ timerange: '[0:0_1:0)' })]
const retire = { type: 'RetireObject', object_id } as const
const recordPurge = { type: 'RecordPurge', object_id, storage_id: 'disk', key: '2026/11/21/k' } as const
const recordCopyPurge = { type: 'RecordPurge', ...copy } as const
const dereference = (count: number) => ({ type: 'Dereference', object_id, flow_id: 'hd', count }) as const

describe('allocating an object', () => {
  it('sets storage aside for an id that is new', () => given().when(allocate).thenEvents(allocated))

  it.each<[string, readonly ObjectEvent[]]>([
    ['set aside already', [allocated]],
    ['in use', inUse],
    ['known by a URL', [urlAdded('web', 'https://a/'), registered({ timerange: '[0:0_1:0)' })]],
    ['used no more', [...inUse, dereferenced()]],
    ['retired', [allocated, retired]],
    ['purged', [allocated, retired, purged]],
    ['registered ahead', [urlAdded('web', 'https://a/'), made()]],
  ])('is refused for an id that is %s', (_, history) =>
    given(...history)
      .when(allocate)
      .thenRejected({ reason: 'object_exists', object_id }),
  )
})

describe('references', () => {
  it.each([
    ['as many as were added', [...inUse, referenced('sd', 3)], 4, 4],
    ['some of them', [...inUse, referenced('sd', 3)], 2, 2],
    ['no more than there are', inUse, 5, 1],
    ['those of an init object alike', [allocated, registeredInit, referenced('sd', 9, 'init')], 10, 10],
  ])('are released: %s', (_, history, asked, released) =>
    given(...history)
      .when(dereference(asked))
      .thenEvents(dereferenced(released)),
  )

  it.each<[string, readonly ObjectEvent[]]>([
    ['never was', []],
    ['was never used', [allocated]],
    ['is not used any more', [...inUse, dereferenced()]],
    ['is retired', [...inUse, dereferenced(), retired]],
  ])('are none to release where the object %s', (_, history) =>
    given(...history)
      .when(dereference(1))
      .thenEvents(),
  )
})

describe('retiring an object', () => {
  it.each<[string, readonly ObjectEvent[]]>([
    ['never used', [allocated]],
    ['with its last reference released', [...inUse, referenced('sd', 2), dereferenced(), dereferenced(2)]],
    ['of URLs only', [urlAdded('web', 'https://a/'), registered({ timerange: '[0:0]' }), dereferenced()]],
    ['for initialising', [allocated, registeredInit, dereferenced()]],
  ])('lets one go that is free: %s', (_, history) =>
    given(...history)
      .when(retire)
      .thenEvents(retired),
  )

  it.each<[string, readonly ObjectEvent[]]>([
    ['one segment', inUse],
    ['a segment of another flow', [...inUse, referenced('sd'), dereferenced()]],
    ['a segment that came back', [...inUse, dereferenced(), referenced('sd')]],
    ['a media object that needs it', [allocated, registeredInit]],
  ])('is refused while %s refers to it', (_, history) =>
    given(...history)
      .when(retire)
      .thenRejected({ reason: 'object_still_referenced', object_id }),
  )

  it.each<[string, readonly ObjectEvent[]]>([
    ['never was', []],
    ['is retired', [allocated, retired]],
    ['is purged', [allocated, retired, purged]],
  ])('has nothing to do where the object %s', (_, history) =>
    given(...history)
      .when(retire)
      .thenEvents(),
  )
})

describe('recording that the bytes are gone', () => {
  it('is done once', () => {
    given(allocated, retired).when(recordPurge).thenEvents(purged)
    given(allocated, retired, purged).when(recordPurge).thenEvents()
  })

  it('is done for each instance, a copy that was never complete too, and ends with the last', () => {
    const history = [...inUse, requested, dereferenced(), retired]
    given(...history)
      .when(recordPurge)
      .thenEvents(firstPurged)
    given(...history, firstPurged)
      .when(recordPurge)
      .thenEvents()
    given(...history, firstPurged)
      .when(recordCopyPurge)
      .thenEvents(purged)
    given(...history, copyPurged)
      .when(recordPurge)
      .thenEvents(purged)
  })

  it('is done for an instance that was removed, while the object lives and after', () => {
    const removed = [...inUse, requested, stored, copyRemoved]
    given(...removed)
      .when(recordCopyPurge)
      .thenEvents(copyPurged)
    given(...removed, copyPurged)
      .when(recordCopyPurge)
      .thenEvents()
    given(...removed, dereferenced(), retired)
      .when(recordPurge)
      .thenEvents(firstPurged)
    given(...removed, dereferenced(), retired, firstPurged)
      .when(recordCopyPurge)
      .thenEvents(purged)
    given(...removed, copyPurged, dereferenced(), retired)
      .when(recordPurge)
      .thenEvents(purged)
  })

  it('says nothing of bytes that are not to go', () => {
    given(...inUse, requested, stored)
      .when(recordCopyPurge)
      .thenEvents()
    given(...inUse, requested, stored, copyRemoved)
      .when(recordPurge)
      .thenEvents()
    given(...inUse, requested, stored, copyRemoved)
      .when({ ...recordCopyPurge, key: '2026/11/21/other' })
      .thenEvents()
  })

  it.each([[[]], [[allocated]], [inUse], [[...inUse, dereferenced()]]])(
    'means nothing for an object that is not retired: %#',
    (history) =>
      given(...history)
        .when(recordPurge)
        .thenEvents(),
  )
})

describe('an object’s stream', () => {
  const stateAfter = (...events: ObjectEvent[]) => fold(objectAggregate, objectAggregate.initial, events)

  it('tells where the bytes are until the last', () => {
    expect(stateAfter(...inUse, dereferenced(), retired, purged)).toStrictEqual({
      status: 'retired',
      unpurged: [],
    })
    expect(stateAfter(...inUse, requested, dereferenced(), retired, firstPurged)).toStrictEqual({
      status: 'retired',
      unpurged: [{ storage_id: 'shelf', key: '2026/11/21/copy' }],
    })
  })

  it('keeps URLs by label, whatever the label', () => {
    const state = stateAfter(
      allocated,
      urlAdded('__proto__', 'https://a/'),
      urlAdded('constructor', 'https://b/'),
    )
    expect(JSON.stringify(state)).toContain('"urls":{"__proto__":"https://a/","constructor":"https://b/"}')
  })

  it.each([
    ['released before it was used', [allocated, dereferenced()]],
    ['used before it was known', [registered({ timerange: '[0:0]' })]],
    ['used after it was retired', [allocated, retired, referenced()]],
    ['registered twice', [made(), made()]],
    ['purged before it was retired', [allocated, purged]],
    ['purged before it was known', [copyPurged]],
    ['copied after it was retired', [allocated, retired, requested]],
    ['added to after it was retired', [allocated, retired, urlAdded('web', 'https://a/')]],
  ])('is not read further where the object was %s', (_, history) =>
    expect(() => stateAfter(...history)).toThrow(),
  )
})
