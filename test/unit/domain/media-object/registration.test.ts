import { describe, it } from 'vitest'
import type { ObjectEvent } from '../../../../contracts/events/object-events.ts'
import {
  allocated,
  copyPurged,
  copyRemoved,
  dereferenced,
  given,
  made,
  object_id,
  purged,
  referenced,
  registered,
  requested,
  retired,
  urlAdded,
  use,
  useAsInit,
} from '../../../support/object-specs.ts'

const web = urlAdded('web', 'https://a/')
const register = {
  type: 'RegisterObject',
  object_id,
  role: 'media',
  registration: { timerange: '[0:0_10:0)', key_frame_count: 2 },
  get_urls: [{ label: 'web', url: 'https://a/' }],
} as const
const known = made({ timerange: '[0:0_10:0)', key_frame_count: 2 })
const forInit = { type: 'ReferenceInit', object_id, count: 1 } as const

const firstUse = (role: 'media' | 'init' = 'media', flow_id = 'hd'): ObjectEvent => ({
  type: 'ObjectReferenced',
  data: { object_id, flow_id, role, count: 1, is_first_use: true },
})

describe('registering an object ahead of its use', () => {
  it('says what it is and where', () => given().when(register).thenEvents(web, known))

  it.each<[string, readonly ObjectEvent[]]>([
    ['allocated', [allocated]],
    ['in use', [allocated, registered({ timerange: '[0:0_1:0)' })]],
    ['registered', [web, known]],
    ['retired, and has bytes here', [allocated, retired]],
    ['retired, and had a copy here', [web, known, requested, copyRemoved, copyPurged, retired]],
    ['purged', [allocated, retired, purged]],
  ])('is refused for an id that is %s', (_, history) =>
    given(...history)
      .when(register)
      .thenRejected({ reason: 'object_known', object_id }),
  )
})

describe('an object that was never kept here', () => {
  it('can be registered again, as another, once it is retired', () => {
    given(web, known, retired).when(register).thenEvents(web, known)
    given(web, known, retired, web, known).when(register).thenRejected({ reason: 'object_known', object_id })
  })

  it('can be used again by who says where it is', () => {
    given(web, registered({ timerange: '[0:0_9:0)' }), dereferenced(), retired)
      .when(use('[0:0_1:0)', { urls: { web: 'https://b/' } }))
      .thenEvents(urlAdded('web', 'https://b/'), registered({ timerange: '[0:0_1:0)' }))
    given(web, known, retired).when(use('[0:0_1:0)')).thenRejected({ reason: 'object_unknown', object_id })
  })
})

describe('an object that was registered ahead', () => {
  it('can be used by any flow, as what it was registered as', () => {
    given(web, known)
      .when(use('[2:0_4:0)', { flow_id: 'sd' }))
      .thenEvents(firstUse('media', 'sd'))
    given(web, known)
      .when(use('[2:0_4:0)', { key_frame_count: 2 }))
      .thenEvents(firstUse())
    given(web, made({}, 'init')).when(useAsInit()).thenEvents(firstUse('init'))
  })

  it('is used first but once', () =>
    given(web, known, firstUse())
      .when(use('[2:0_4:0)', { flow_id: 'sd' }))
      .thenEvents(referenced('sd')))

  it.each([
    ['beyond what it holds', use('[9:0_11:0)'), 'object_timerange_exceeded'],
    ['as if it held more', use('[0:0_1:0)', { object_timerange: '[0:0_20:0)' }), 'object_timerange_differs'],
    ['with other key frames', use('[0:0_1:0)', { key_frame_count: 1 }), 'object_key_frame_count_differs'],
    ['where init objects are needed', use('[0:0_1:0)', { needsInit: true }), 'object_init_missing'],
    ['as an init object', useAsInit(), 'object_is_media'],
  ] as const)('is not used %s', (_, command, reason) =>
    given(web, known).when(command).thenRejected({ reason, object_id }),
  )
})

describe('needing an init object before any flow does', () => {
  it('counts as a reference, and is no flow’s first use of it', () => {
    const needed: ObjectEvent = { type: 'ObjectReferenced', data: { object_id, role: 'init', count: 1 } }
    given(web, made({}, 'init')).when(forInit).thenEvents(needed)
    given(web, made({}, 'init'), needed).when(useAsInit()).thenEvents(firstUse('init'))
  })

  it.each<[string, readonly ObjectEvent[]]>([
    ['known', []],
    ['registered', [allocated]],
  ])('is refused where it is not %s', (_, history) =>
    given(...history)
      .when(forInit)
      .thenRejected({ reason: 'object_not_init', object_id }),
  )

  it('is refused where it is media', () =>
    given(web, known).when(forInit).thenRejected({ reason: 'object_is_media', object_id }))
})
