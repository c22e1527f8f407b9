import { describe, expect, it } from 'vitest'
import type { DomainEvent, DomainEventType } from '../../../../contracts/events/domain-event.ts'
import { projectToCatalog } from '../../../../projections/catalog/project.ts'
import { videoFlow } from '../../../support/flow-metadata.ts'
import { recorded } from '../../../support/recorded-events.ts'

const flow = videoFlow('hd', 'camera', { flow_collection: [{ id: 'hd' }], tags: { a: '1' } })
const { id: _id, source_id: _source, tags: _tags, flow_collection: _members, ...technical } = flow
const source = { id: 'camera', format: flow.format }
const reader = { groups: ['team'], classes: ['news'] }
const webhook = { id: 'hook', url: 'https://a/', events: [], sealed_api_key: 'v1.sealed', reader }
const lifetime = { created_position: 2, created_ms: 3, created_by: null, updated_ms: 4, updated_by: 'eve' }
const ids = { object_id: 'clip', flow_id: 'hd' }

/** One of each type: a new type does not compile until it is here. */
const samples: { readonly [T in DomainEventType]: Extract<DomainEvent, { type: T }>['data'] } = {
  ServiceUpdated: { name: 'Playout', description: '' },
  CommandAnswered: { fingerprint: 'f', outcome: { created: true } },
  SourceCreated: { source },
  SourceUpdated: { source: { ...source, label: 'Camera' } },
  SourceDeleted: { source_id: 'camera' },
  SourceRestored: { source, ...lifetime },
  FlowAttached: { source_id: 'camera', flow_id: 'hd' },
  FlowDetached: { source_id: 'camera', flow_id: 'hd' },
  FlowCreated: { flow },
  FlowUpdated: { flow },
  FlowDeleted: { flow_id: 'hd', source_id: 'camera' },
  FlowRestored: {
    flow,
    ...lifetime,
    collected_by: [{ flow_id: 'all', place: 1, item: { id: 'hd', role: 'video' } }],
    metadata_version: 'v',
    updated_position: 3,
    segments_updated_ms: 5,
  },
  SegmentsAdded: { flow_id: 'hd', segments: [{ object_id: 'clip', timerange: '[0:0_1:0)' }] },
  SegmentsDeleted: { flow_id: 'hd', timerange: '[0:0_1:0)', ranges: ['[0:0_1:0)'] },
  SegmentTagSet: { flow_id: 'hd', object_id: 'clip', name: 'scene', value: ['1', '2'] },
  SegmentTagRemoved: { flow_id: 'hd', object_id: 'clip', name: 'scene' },
  ObjectAllocated: { ...ids, storage_id: 'disk', key: 'k', content_type: 'video/mp4' },
  ObjectRegistered: { object_id: 'clip', role: 'media', registration: { timerange: '[0:0_1:0)' } },
  ObjectReferenced: { ...ids, role: 'media', count: 1, registration: { timerange: '[0:0_1:0)' } },
  ObjectDereferenced: { ...ids, count: 1 },
  InstanceAdded: { object_id: 'clip', label: 'web', url: 'https://a/' },
  InstanceRequested: { object_id: 'clip', storage_id: 'shelf', key: 'k2' },
  InstanceStored: { object_id: 'clip', storage_id: 'shelf', key: 'k2' },
  InstanceFailed: {
    object_id: 'clip',
    storage_id: 'shelf',
    key: 'k2',
    error: { type: 'source_missing', summary: 'nowhere' },
  },
  InstanceRemoved: { object_id: 'clip', storage_id: 'shelf', key: 'k2' },
  ObjectMeasured: {
    object_id: 'clip',
    storage_id: 'shelf',
    size_bytes: 4,
    checksums: [{ algorithm: 'md5', value: 'x' }],
  },
  InstancePurged: { object_id: 'clip', storage_id: 'shelf', key: 'k2' },
  ObjectRetired: { object_id: 'clip' },
  ObjectPurged: { object_id: 'clip' },
  ProfileCreated: { profile: { id: 'house', flow_metadata: technical } },
  WebhookRegistered: { webhook, status: 'created' },
  WebhookUpdated: { webhook, status: 'disabled' },
  WebhookDeleted: { webhook_id: 'hook' },
  WebhookStarted: { webhook_id: 'hook' },
  WebhookFailed: {
    webhook_id: 'hook',
    error: { type: 'gone', summary: '410', time: '2026-11-21T00:00:00Z' },
  },
  WebhookReplayed: { webhook_id: 'hook', after: 7 },
  DeletionRequested: {
    deletion_id: 'd',
    flow_id: 'hd',
    timerange_to_delete: '_',
    delete_flow: false,
    flow_revision: 0,
    timeline_revision: 3,
  },
  DeletionReleased: { deletion_id: 'd' },
  DeletionCancelled: { deletion_id: 'd', kept_for_seconds: 60 },
  DeletionStarted: { deletion_id: 'd' },
  DeletionProgressed: { deletion_id: 'd', timerange_remaining: '[1:0_' },
  DeletionCompleted: { deletion_id: 'd', kept_for_seconds: 60 },
  DeletionFailed: { deletion_id: 'd', error: { type: 'why', summary: 'not so' }, kept_for_seconds: 60 },
  DeletionForgotten: { deletion_id: 'd' },
}

const eventOf = (type: string, data: unknown) => recorded([{ type, data } as DomainEvent])[0]!

function frozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null) Object.values(value).forEach(frozen)
  return Object.freeze(value)
}

describe('what an event changes in the catalog', () => {
  it.each(Object.entries(samples))('is the same every time, and takes nothing from it: %s', (type, data) => {
    const event = frozen(eventOf(type, structuredClone(data)))
    const changes = projectToCatalog(event)
    expect(Array.isArray(changes)).toBe(true)
    expect(projectToCatalog(structuredClone(event))).toStrictEqual(changes)
  })

  const rowOf = (type: string, data: unknown, actor: string | null = 'ada') =>
    projectToCatalog({ ...eventOf(type, data), actor })[0]

  it('is by whom the client says, or else by whom it came from', () => {
    const said = { ...flow, created_by: 'bob', updated_by: 'eve' }
    expect(rowOf('FlowCreated', { flow })).toMatchObject({ set: { created_by: 'ada', updated_by: 'ada' } })
    expect(rowOf('FlowCreated', { flow: said })).toMatchObject({
      set: { created_by: 'bob', updated_by: 'eve' },
    })
    expect(rowOf('FlowCreated', { flow }, null)).toMatchObject({
      set: { created_by: null, updated_by: null },
    })
  })

  it('is so for sources too', () => {
    const said = { ...source, created_by: 'bob', updated_by: 'eve' }
    const document = JSON.stringify(source)
    const ada = { document, created_by: 'ada', updated_by: 'ada' }
    const bobAndEve = { document, created_by: 'bob', updated_by: 'eve' }
    expect(rowOf('SourceCreated', { source, kept: true })).toMatchObject({ set: ada })
    expect(rowOf('SourceCreated', { source: said })).toMatchObject({ set: bobAndEve })
    expect(rowOf('SourceUpdated', { source })).toMatchObject({ set: { document, updated_by: 'ada' } })
    expect(rowOf('SourceUpdated', { source })).not.toHaveProperty('set.created_by')
  })

  it('leaves alone who made a flow, and when, where it is changed', () => {
    const row = rowOf('FlowUpdated', { flow })
    expect(row).not.toHaveProperty('set.created_by')
    expect(row).not.toHaveProperty('set.created_ms')
    expect(row).not.toHaveProperty('set.segments_updated_ms')
  })

  it('is a metadata version for each change, but for the one a client gives', () => {
    const event = eventOf('FlowUpdated', { flow })
    expect(projectToCatalog(event)[0]).toMatchObject({ set: { metadata_version: event.id } })
    const given = { ...flow, metadata_version: 'v7' }
    expect(rowOf('FlowUpdated', { flow: given })).toMatchObject({ set: { metadata_version: 'v7' } })
  })

  it('sets what is absent to nothing: a flow is replaced, never merged', () => {
    const { codec: _, ...bare } = videoFlow('hd', 'camera')
    expect(rowOf('FlowUpdated', { flow: bare })).toMatchObject({
      set: { label: null, status: null, codec: null, init_segments: 0, document: JSON.stringify(bare) },
    })
  })

  it('is a profile made by whom its client says, or else by whom it came from', () => {
    const profile = { id: 'house', flow_metadata: technical }
    const said = { ...profile, created_by: 'bob' }
    const document = JSON.stringify(profile)
    expect(rowOf('ProfileCreated', { profile })).toMatchObject({ set: { document, created_by: 'ada' } })
    expect(rowOf('ProfileCreated', { profile: said })).toMatchObject({ set: { document, created_by: 'bob' } })
  })

  it('is nothing that holds a webhook’s key, nor whose permissions it has', () => {
    for (const type of ['WebhookRegistered', 'WebhookUpdated']) {
      const row = JSON.stringify(rowOf(type, { webhook, status: 'created' }))
      expect(row).toContain('https://a/')
      expect(row).not.toContain('sealed')
      expect(row).not.toContain('team')
    }
  })
})
