import { describe, it } from 'vitest'
import type { ObjectEvent } from '../../../../contracts/events/object-events.ts'
import {
  allocated,
  dereferenced,
  given,
  object_id,
  referenced,
  registered,
  registeredInit,
  retired,
  urlAdded,
  use,
  useAsInit,
} from '../../../support/object-specs.ts'

const whole = registered({ timerange: '[0:0_10:0)' })
const inUse = [allocated, whole]
const web = 'https://cdn.example/clip.mp4'

describe('the first use of an object', () => {
  it('fixes what the object holds: the segment, on the object’s own timeline', () => {
    given(allocated)
      .when(use('[100:0_110:0)'))
      .thenEvents(registered({ timerange: '[100:0_110:0)' }))
    given(allocated)
      .when(use('[100:0_110:0)', { ts_offset: '100:0' }))
      .thenEvents(whole)
    given(allocated)
      .when(use('[5:0]', { ts_offset: '-0:1' }))
      .thenEvents(registered({ timerange: '[5:1]' }))
  })

  it('may use less than the object holds', () => {
    const words = { ts_offset: '100:0', object_timerange: '[0:0_10:0)' }
    given(allocated).when(use('[100:0_110:0)', words)).thenEvents(whole)
    given(allocated).when(use('[103:0_104:0]', words)).thenEvents(whole)
  })

  it.each([
    ['before it', '[99:999999999_105:0)'],
    ['behind it', '[105:0_110:1)'],
    ['its excluded end', '[105:0_110:0]'],
  ])('cannot use more: %s', (_, timerange) =>
    given(allocated)
      .when(use(timerange, { ts_offset: '100:0', object_timerange: '[0:0_10:0)' }))
      .thenRejected({ reason: 'object_timerange_exceeded', object_id }),
  )

  it('cannot lie beyond the time that TAMS can name', () =>
    given(allocated)
      .when(use('[281474976710655:0]', { ts_offset: '-1:0' }))
      .thenRejected({ reason: 'object_timerange_exceeded', object_id }))

  it('fixes key frames and init object', () =>
    given(allocated)
      .when(use('[0:0_1:0)', { key_frame_count: 0, init_object_id: 'head', needsInit: true }))
      .thenEvents(registered({ timerange: '[0:0_1:0)', init_object_id: 'head', key_frame_count: 0 })))

  it('is for the flow that storage was allocated for', () =>
    given(allocated)
      .when(use('[0:0_1:0)', { flow_id: 'sd' }))
      .thenRejected({ reason: 'object_of_other_flow', object_id }))

  it('is for any flow where only URLs are known', () =>
    given()
      .when(use('[0:0_1:0)', { flow_id: 'sd', urls: { web } }))
      .thenEvents(urlAdded('web', web), registered({ timerange: '[0:0_1:0)' }, 'media', 'sd')))

  it('needs to know where the object is', () =>
    given().when(use('[0:0_1:0)')).thenRejected({ reason: 'object_unknown', object_id }))

  it('may tell of more places than the allocated one', () =>
    given(allocated)
      .when(use('[0:0_10:0)', { urls: { web, mirror: 'https://b/' } }))
      .thenEvents(urlAdded('web', web), urlAdded('mirror', 'https://b/'), whole))

  it('leaves nothing behind where it is refused', () => {
    const beyond = use('[0:0_20:0)', { object_timerange: '[0:0_10:0)', urls: { web } })
    given().when(beyond).thenRejected({ reason: 'object_timerange_exceeded', object_id })
  })
})

describe('using an object again', () => {
  it('needs nothing said again', () =>
    given(...inUse)
      .when(use('[0:0_10:0)'))
      .thenEvents(referenced()))

  it('may be on any flow, for any part of it, at any time', () => {
    given(...inUse)
      .when(use('[3:0_4:0)', { flow_id: 'sd' }))
      .thenEvents(referenced('sd'))
    given(...inUse)
      .when(use('[1003:0_1004:0)', { ts_offset: '1000:0' }))
      .thenEvents(referenced())
    given(...inUse)
      .when(use('[-7:0]', { ts_offset: '-10:0' }))
      .thenEvents(referenced())
  })

  it.each([
    ['[10:0]', undefined],
    ['[-0:1_1:0)', undefined],
    ['[1000:0_1010:0]', '1000:0'],
    ['[1000:0_1010:0)', undefined],
    ['[0:0]', '281474976710655:0'],
    ['[-5:0]', '281474976710655:0'],
  ])('cannot reach out of it: %s, offset %s', (timerange, ts_offset) =>
    given(...inUse)
      .when(use(timerange, ts_offset === undefined ? {} : { ts_offset }))
      .thenRejected({ reason: 'object_timerange_exceeded', object_id }),
  )

  it('goes on after nothing used it for a while', () =>
    given(...inUse, dereferenced())
      .when(use('[0:0_1:0)', { flow_id: 'sd' }))
      .thenEvents(referenced('sd')))

  it('may repeat what was fixed', () => {
    const fixed = { timerange: '[0:0_10:0)', init_object_id: 'head', key_frame_count: 3 }
    given(allocated, registered(fixed))
      .when(
        use('[0:0_1:0)', {
          object_timerange: '[0:0_10:0)',
          init_object_id: 'head',
          key_frame_count: 3,
          needsInit: true,
        }),
      )
      .thenEvents(referenced())
  })

  it.each([
    [{ object_timerange: '[0:0_9:0)' }, 'object_timerange_differs'],
    [{ object_timerange: '[0:0_10:0]' }, 'object_timerange_differs'],
    [{ key_frame_count: 4 }, 'object_key_frame_count_differs'],
    [{ key_frame_count: 0 }, 'object_key_frame_count_differs'],
    [{ init_object_id: 'other head', needsInit: true }, 'object_init_differs'],
  ] as const)('cannot change what was fixed: %j', (words, reason) => {
    const fixed = { timerange: '[0:0_10:0)', init_object_id: 'head', key_frame_count: 3 }
    given(allocated, registered(fixed))
      .when(use('[0:0_1:0)', { needsInit: true, ...words }))
      .thenRejected({ reason, object_id })
  })

  it('cannot add what the first use left out', () => {
    given(...inUse)
      .when(use('[0:0_1:0)', { key_frame_count: 3 }))
      .thenRejected({ reason: 'object_key_frame_count_differs', object_id })
    given(...inUse)
      .when(use('[0:0_1:0)', { init_object_id: 'head', needsInit: true }))
      .thenRejected({ reason: 'object_init_differs', object_id })
  })
})

describe('the URLs of an object', () => {
  const known = [urlAdded('web', web), registered({ timerange: '[0:0_10:0)' })]

  it('can be added to by any flow that uses it', () =>
    given(...known)
      .when(use('[0:0_1:0)', { flow_id: 'sd', urls: { mirror: 'https://b/' } }))
      .thenEvents(urlAdded('mirror', 'https://b/'), referenced('sd')))

  it('are not added twice', () =>
    given(...known)
      .when(use('[0:0_1:0)', { urls: { web } }))
      .thenEvents(referenced()))

  it('keep their labels', () =>
    given(...known)
      .when(use('[0:0_1:0)', { urls: { mirror: 'https://b/', web: 'https://elsewhere/' } }))
      .thenRejected({ reason: 'object_label_taken', object_id }))

  it('may have labels that mean something to JavaScript', () => {
    const urls = Object.fromEntries([
      ['__proto__', 'https://a/'],
      ['constructor', 'https://b/'],
    ])
    given(...known)
      .when(use('[0:0_1:0)', { urls }))
      .thenEvents(urlAdded('__proto__', 'https://a/'), urlAdded('constructor', 'https://b/'), referenced())
  })
})

describe('a retired object', () => {
  it.each<[string, readonly ObjectEvent[]]>([
    ['that was never used', [allocated, retired]],
    ['that had been in use', [...inUse, dereferenced(), retired]],
  ])('%s is never used again, in either role', (_, history) => {
    const rejection = { reason: 'object_retired', object_id } as const
    given(...history)
      .when(use('[0:0_1:0)'))
      .thenRejected(rejection)
    given(...history)
      .when(use('[0:0_1:0)', { urls: { web } }))
      .thenRejected(rejection)
    given(...history)
      .when(useAsInit())
      .thenRejected(rejection)
  })
})

describe('init objects (ADR 0045)', () => {
  it('are made so by the first media object that needs them', () =>
    given(allocated).when(useAsInit()).thenEvents(registeredInit))

  it('count the media objects that need them, of any flow', () => {
    given(allocated, registeredInit)
      .when(useAsInit('hd', 41))
      .thenEvents(referenced('hd', 41, 'init'))
    given(allocated, registeredInit)
      .when(useAsInit('sd'))
      .thenEvents(referenced('sd', 1, 'init'))
  })

  it('are first used by the flow they were allocated for', () =>
    given(allocated).when(useAsInit('sd')).thenRejected({ reason: 'object_of_other_flow', object_id }))

  it('have to be known', () =>
    given().when(useAsInit()).thenRejected({ reason: 'object_unknown', object_id }))

  it('never become media', () =>
    given(allocated, registeredInit)
      .when(use('[0:0_1:0)'))
      .thenRejected({ reason: 'object_is_init', object_id }))

  it('never were media', () => {
    given(...inUse)
      .when(useAsInit())
      .thenRejected({ reason: 'object_is_media', object_id })
    given(...inUse, dereferenced())
      .when(useAsInit())
      .thenRejected({ reason: 'object_is_media', object_id })
  })

  it('are not the very object that needs them', () => {
    const itself = use('[0:0_1:0)', { init_object_id: object_id, needsInit: true })
    for (const history of [[], [allocated], inUse, [allocated, registeredInit]]) {
      given(...history)
        .when(itself)
        .thenRejected({ reason: 'object_is_media', object_id })
    }
  })

  it.each([
    ['the first use', [allocated]],
    ['another use', inUse],
  ])('are needed throughout a flow that says so: %s', (_, history) =>
    given(...history)
      .when(use('[0:0_1:0)', { needsInit: true }))
      .thenRejected({ reason: 'object_init_missing', object_id }),
  )

  it('have no place in a flow that does not', () => {
    const rejection = { reason: 'object_init_unexpected', object_id } as const
    given(allocated)
      .when(use('[0:0_1:0)', { init_object_id: 'head' }))
      .thenRejected(rejection)
    given(allocated, registered({ timerange: '[0:0_1:0)', init_object_id: 'head' }))
      .when(use('[0:0_1:0)', { flow_id: 'sd' }))
      .thenRejected(rejection)
  })
})
