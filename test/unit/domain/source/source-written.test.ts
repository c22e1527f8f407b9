import { describe, it } from 'vitest'
import type { SourceEvent, SourceMetadata } from '../../../../contracts/events/source-events.ts'
import { AUDIO, VIDEO } from '../../../../contracts/resources/content-format.ts'
import type { SourceCommand } from '../../../../domain/source/source.ts'
import type { SourceChange } from '../../../../domain/source/source-change.ts'
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

describe('a source made for its own sake', () => {
  const create = (source = camera): SourceCommand => ({ type: 'CreateSource', source })
  const made: SourceEvent = { type: 'SourceCreated', data: { source: camera, kept: true } }

  it('needs an id that nobody has', () => {
    given().when(create()).thenEvents(made)
    given(made).when(create()).thenRejected({ reason: 'source_exists' })
    given(created, attached('hd')).when(create()).thenRejected({ reason: 'source_exists' })
    given(made, deleted).when(create()).thenEvents(made)
  })

  it('takes flows as another does, and stays when the last goes', () => {
    given(made).when(attach('hd')).thenEvents(attached('hd'))
    given(made, attached('hd')).when(detach('hd')).thenEvents(detached('hd'))
    given(made, attached('hd'), detached('hd')).when(attach('sd')).thenEvents(attached('sd'))
  })

  it('has a format before it has a flow', () =>
    given(made)
      .when(attach('sound', { id: 'camera', format: AUDIO }))
      .thenRejected({ reason: 'source_format_differs', source_id: 'camera', format: VIDEO }))
})

describe('putting a source', () => {
  const put = (source: SourceMetadata): SourceCommand => ({ type: 'PutSource', source })
  const updated = (source: SourceMetadata): SourceEvent => ({ type: 'SourceUpdated', data: { source } })

  it('makes it where there is none', () =>
    given()
      .when(put(camera))
      .thenEvents({ type: 'SourceCreated', data: { source: camera, kept: true } }))

  it('replaces all that is said of it', () => {
    const other = { id: 'camera', format: VIDEO, description: 'Another' } as const
    given(created, attached('hd')).when(put(other)).thenEvents(updated(other))
  })

  it('has nothing to do where that is so', () =>
    given(created, attached('hd'))
      .when(put({ ...camera }))
      .thenEvents())

  it('does not keep one that came with a flow', () =>
    given(created, attached('hd'), updated({ ...camera, label: 'New' }))
      .when(detach('hd'))
      .thenEvents(detached('hd'), deleted))

  it('keeps to the format', () =>
    given(created, attached('hd'))
      .when(put({ id: 'camera', format: AUDIO }))
      .thenRejected({ reason: 'source_format_differs', source_id: 'camera', format: VIDEO }))
})

describe('changing a source', () => {
  const change = (change: SourceChange): SourceCommand => ({ type: 'ChangeSource', change })
  const updated = (source: SourceMetadata): SourceEvent => ({ type: 'SourceUpdated', data: { source } })
  const bare: SourceMetadata = { id: 'camera', format: VIDEO }
  const made: SourceEvent = { type: 'SourceCreated', data: { source: bare } }

  it.each<[SourceChange, SourceMetadata]>([
    [
      { property: 'label', value: '' },
      { ...bare, label: '' },
    ],
    [
      { property: 'description', value: 'Wide' },
      { ...bare, description: 'Wide' },
    ],
    [
      { property: 'tags', name: 'a', value: ['x'] },
      { ...bare, tags: { a: ['x'] } },
    ],
  ])('by %j sets that, and nothing where it is so', (set, source) => {
    given(made).when(change(set)).thenEvents(updated(source))
    given(made, updated(source)).when(change(set)).thenEvents()
  })

  it('unsets what is set', () => {
    const rest = { id: 'camera', format: VIDEO } as const
    const { tags } = camera
    const label = change({ property: 'label', value: undefined })
    given(created)
      .when(label)
      .thenEvents(updated({ ...rest, ...(tags && { tags }) }))
    given(made).when(label).thenEvents()
    given(created)
      .when(change({ property: 'tags', name: 'site', value: undefined }))
      .thenEvents(updated({ ...camera, tags: {} }))
  })

  it('needs the tag that is to go', () =>
    given(created)
      .when(change({ property: 'tags', name: 'toString', value: undefined }))
      .thenRejected({ reason: 'source_tag_not_found' }))

  it('refuses tags beyond the bounds', () =>
    given(created)
      .when(change({ property: 'tags', name: '__proto__', value: 'x' }))
      .thenRejected({ reason: 'tags_refused', fault: '__proto__: cannot be a name' }))

  it('needs a source', () => {
    const label = change({ property: 'label', value: 'x' })
    given().when(label).thenRejected({ reason: 'source_not_found' })
    given(created, attached('hd'), detached('hd'), deleted)
      .when(label)
      .thenRejected({ reason: 'source_not_found' })
  })

  it('leaves out who last changed it before, and keeps who made it', () => {
    const put = { ...bare, created_by: 'ada', updated_by: 'bob' }
    given({ type: 'SourceCreated', data: { source: put, kept: true } })
      .when(change({ property: 'label', value: 'x' }))
      .thenEvents(updated({ ...bare, created_by: 'ada', label: 'x' }))
  })
})

describe('deleting a source', () => {
  const remove: SourceCommand = { type: 'DeleteSource' }
  const made: SourceEvent = { type: 'SourceCreated', data: { source: camera, kept: true } }

  it('needs one that has no flow', () => {
    given(made).when(remove).thenEvents(deleted)
    given(made, attached('hd'), detached('hd')).when(remove).thenEvents(deleted)
    given(made, attached('hd'), attached('sd'))
      .when(remove)
      .thenRejected({ reason: 'source_has_flows', flow_ids: ['hd', 'sd'] })
    given().when(remove).thenRejected({ reason: 'source_not_found' })
    given(made, deleted).when(remove).thenRejected({ reason: 'source_not_found' })
  })
})
