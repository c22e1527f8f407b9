import { describe, it } from 'vitest'
import type { FlowEvent } from '../../../../contracts/events/flow-events.ts'
import type { FlowMetadata } from '../../../../contracts/resources/flow.ts'
import type { FlowCollection } from '../../../../contracts/resources/flow-collection.ts'
import { decideFlow, type FlowCommand, flowAggregate } from '../../../../domain/flow/flow.ts'
import type { FlowChange } from '../../../../domain/flow/flow-change.ts'
import { multiFlow, videoFlow } from '../../../support/flow-metadata.ts'
import { specFor } from '../../../support/spec-for.ts'

const given = specFor({ decide: decideFlow, aggregate: flowAggregate })

const bare = videoFlow('hd', 'camera')
const created = (flow: FlowMetadata): FlowEvent => ({ type: 'FlowCreated', data: { flow } })
const updated = (flow: FlowMetadata): FlowEvent => ({ type: 'FlowUpdated', data: { flow } })
const deleted: FlowEvent = { type: 'FlowDeleted', data: { flow_id: 'hd', source_id: 'camera' } }
const change = (
  change: FlowChange,
  collection: FlowCollection = [],
  missingMembers: string[] = [],
): FlowCommand => ({ type: 'ChangeFlow', change, collection, missingMembers })

/** Each property with a value, and the flow that has it. */
const values: readonly [FlowChange, FlowMetadata][] = [
  [
    { property: 'label', value: 'HD' },
    { ...bare, label: 'HD' },
  ],
  [
    { property: 'label', value: '' },
    { ...bare, label: '' },
  ],
  [
    { property: 'description', value: 'As it was' },
    { ...bare, description: 'As it was' },
  ],
  [
    { property: 'max_bit_rate', value: 5_000 },
    { ...bare, max_bit_rate: 5_000 },
  ],
  [
    { property: 'avg_bit_rate', value: 0 },
    { ...bare, avg_bit_rate: 0 },
  ],
  [
    { property: 'tags', name: 'a', value: ['x'] },
    { ...bare, tags: { a: ['x'] } },
  ],
  [
    { property: 'flow_collection', value: [{ id: 'sd' }] },
    { ...bare, flow_collection: [{ id: 'sd' }] },
  ],
]

describe.each(values)('changing a flow by %j', (set, flow) => {
  const collection = flow.flow_collection ?? []

  it('sets what was not set, and leaves the rest', () =>
    given(created(bare)).when(change(set)).thenEvents(updated(flow)))

  it('has nothing to do where that is so', () =>
    given(created(flow)).when(change(set, collection)).thenEvents())

  it('unsets it again, as if it had never been', () => {
    const unset = { ...set, value: undefined } as FlowChange
    const without = set.property === 'tags' ? { ...bare, tags: {} } : bare
    given(created(flow)).when(change(unset, collection)).thenEvents(updated(without))
    given(created(bare)).when(change(unset)).thenEvents()
  })

  it('needs a flow that may be written', () => {
    given().when(change(set)).thenRejected({ reason: 'flow_not_found' })
    given(created(bare), deleted).when(change(set)).thenRejected({ reason: 'flow_not_found' })
    given(created({ ...bare, read_only: true }))
      .when(change(set))
      .thenRejected({ reason: 'flow_read_only' })
  })
})

describe('the read-only flag of a flow', () => {
  const flag = (value: boolean) => change({ property: 'read_only', value })

  it('can be set, and taken back', () => {
    const locked = { ...bare, read_only: true }
    given(created(bare)).when(flag(true)).thenEvents(updated(locked))
    given(created(locked)).when(flag(true)).thenEvents()
    given(created(locked))
      .when(flag(false))
      .thenEvents(updated({ ...bare, read_only: false }))
  })

  it('needs a flow', () => given().when(flag(true)).thenRejected({ reason: 'flow_not_found' }))
})

describe('a flow that is changed', () => {
  it('has neither the version nor the last author it was put with, but its first', () => {
    const put = { ...bare, metadata_version: 'v1', created_by: 'ada', updated_by: 'bob' }
    given(created(put))
      .when(change({ property: 'label', value: 'HD' }))
      .thenEvents(updated({ ...bare, created_by: 'ada', label: 'HD' }))
  })

  it('keeps both where nothing changes', () =>
    given(created({ ...bare, label: 'HD', metadata_version: 'v1', updated_by: 'bob' }))
      .when(change({ property: 'label', value: 'HD' }))
      .thenEvents())

  it('is told without the members that have gone meanwhile', () => {
    const programme = multiFlow('hd', 'show', {
      flow_collection: [{ id: 'gone' }, { id: 'sd', role: 'video' }],
    })
    given(created(programme))
      .when(change({ property: 'label', value: 'Show' }, [{ id: 'sd', role: 'video' }]))
      .thenEvents(updated({ ...programme, label: 'Show', flow_collection: [{ id: 'sd', role: 'video' }] }))
  })
})

describe('the collection of a flow', () => {
  const collect = (value: FlowCollection, now: FlowCollection = [], missing: string[] = []) =>
    change({ property: 'flow_collection', value }, now, missing)

  it('keeps its order, roles, mappings, and a member as often as it is named', () => {
    const members = [{ id: 'b', role: 'x', container_mapping: { track_index: 1 } }, { id: 'a' }, { id: 'b' }]
    given(created(bare))
      .when(collect(members))
      .thenEvents(updated({ ...bare, flow_collection: members }))
  })

  it('needs members that exist', () =>
    given(created(bare))
      .when(collect([{ id: 'sd' }], [], ['sd']))
      .thenRejected({ reason: 'collected_flow_missing', flow_ids: ['sd'] }))

  it('of nothing is none', () => {
    given(created(bare)).when(collect([])).thenEvents()
    given(created({ ...bare, flow_collection: [{ id: 'sd' }] }))
      .when(collect([], [{ id: 'sd' }]))
      .thenEvents(updated(bare))
  })

  it('is said again where a member had left it', () => {
    const flow = { ...bare, flow_collection: [{ id: 'sd' }] }
    given(created(flow))
      .when(collect([{ id: 'sd' }], []))
      .thenEvents(updated(flow))
  })
})

describe('a flow made from a profile', () => {
  const flow = { ...bare, profile_id: 'hd profile', avg_bit_rate: 3_000 }

  it.each([undefined, 3_000, 4_000])('has its average bit rate from there: not %s', (value) =>
    given(created(flow))
      .when(change({ property: 'avg_bit_rate', value }))
      .thenRejected({ reason: 'bit_rate_from_profile', profile_id: 'hd profile' }),
  )

  it('has a maximum of its own', () =>
    given(created(flow))
      .when(change({ property: 'max_bit_rate', value: 9_000 }))
      .thenEvents(updated({ ...flow, max_bit_rate: 9_000 })))
})

describe('tags beyond the bounds', () => {
  const tags = Object.fromEntries(Array.from({ length: 1_000 }, (_, n) => [`t${n}`, 'x']))

  it('are refused, whoever sets them', () =>
    given(created({ ...bare, tags }))
      .when(change({ property: 'tags', name: 'one more', value: 'x' }))
      .thenRejected({ reason: 'tags_refused', fault: 'tags: must have at most 1000 names' }))
})
