import { describe, expect, it } from 'vitest'
import type { SourceEvent, SourceMetadata } from '../../../../contracts/events/source-events.ts'
import { AUDIO, VIDEO } from '../../../../contracts/resources/content-format.ts'
import { fold } from '../../../../domain/decision.ts'
import { type SourceCommand, sourceAggregate } from '../../../../domain/source/source.ts'
import {
  attach,
  attached,
  camera,
  created,
  deleted,
  detach,
  detached,
  given,
} from '../../../support/source-specs.ts'

describe('a source', () => {
  it('appears with its first flow, described as that flow is', () =>
    given().when(attach('hd')).thenEvents(created, attached('hd')))

  it('keeps its own description when another flow comes', () =>
    given(created, attached('hd'))
      .when(attach('sd', { ...camera, label: 'Something else' }))
      .thenEvents(attached('sd')))

  it('takes a flow that it has already without a word', () =>
    given(created, attached('hd')).when(attach('hd')).thenEvents())

  it('refuses a flow of another format', () =>
    given(created, attached('hd'))
      .when(attach('sound', { id: 'camera', format: AUDIO }))
      .thenRejected({ reason: 'source_format_differs', source_id: 'camera', format: VIDEO }))

  it('refuses it for a flow it has already, too', () =>
    given(created, attached('hd'))
      .when(attach('hd', { id: 'camera', format: AUDIO }))
      .thenRejected({ reason: 'source_format_differs', source_id: 'camera', format: VIDEO }))

  it('stays while a flow is left', () =>
    given(created, attached('hd'), attached('sd')).when(detach('hd')).thenEvents(detached('hd')))

  it('goes with its last flow', () =>
    given(created, attached('hd'), attached('sd'), detached('hd'))
      .when(detach('sd'))
      .thenEvents(detached('sd'), deleted))

  it.each<[string, readonly SourceEvent[]]>([
    ['never was', []],
    ['is gone', [created, attached('hd'), detached('hd'), deleted]],
    ['has other flows', [created, attached('sd')]],
  ])('has no flow to let go where it %s', (_, history) =>
    given(...history)
      .when(detach('hd'))
      .thenEvents(),
  )

  it('may come again in another format', () => {
    const sound: SourceMetadata = { id: 'camera', format: AUDIO }
    given(created, attached('hd'), detached('hd'), deleted)
      .when(attach('sound', sound))
      .thenEvents({ type: 'SourceCreated', data: { source: sound } }, attached('sound'))
  })

  it('keeps to its format when its description changes', () =>
    given(created, attached('hd'), { type: 'SourceUpdated', data: { source: { ...camera, label: 'New' } } })
      .when(attach('sound', { id: 'camera', format: AUDIO }))
      .thenRejected({ reason: 'source_format_differs', source_id: 'camera', format: VIDEO }))
})

describe('a source to which a flow comes back', () => {
  const was = {
    source: camera,
    kept: true as const,
    created_position: 1,
    created_ms: 2,
    created_by: 'ada',
    updated_ms: 3,
    updated_by: null,
  }
  const reattach: SourceCommand = { type: 'ReattachFlow', flow_id: 'hd', was }
  const restored: SourceEvent = { type: 'SourceRestored', data: was }
  const gone = [created, attached('hd'), detached('hd'), deleted]

  it('is as it was, should it have gone', () =>
    given(...gone)
      .when(reattach)
      .thenEvents(restored, attached('hd')))

  it('takes it as another where it is there', () =>
    given(created, attached('sd')).when(reattach).thenEvents(attached('hd')))

  it('refuses it where it has become one of another format', () =>
    given(...gone, { type: 'SourceCreated', data: { source: { id: 'camera', format: AUDIO } } })
      .when(reattach)
      .thenRejected({ reason: 'source_format_differs', source_id: 'camera', format: AUDIO }))

  it('stays without flows if it did before', () =>
    given(...gone, restored, attached('hd'))
      .when(detach('hd'))
      .thenEvents(detached('hd')))
})

describe('a stream that no decision could have written', () => {
  it.each([[attached('hd')], [created, deleted, detached('hd')]])('is not read further', (...history) =>
    expect(() => fold(sourceAggregate, sourceAggregate.initial, history)).toThrow('corrupt'),
  )
})
