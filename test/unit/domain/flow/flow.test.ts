import { describe, expect, it } from 'vitest'
import type { FlowEvent } from '../../../../contracts/events/flow-events.ts'
import { VIDEO } from '../../../../contracts/resources/content-format.ts'
import type { FlowMetadata } from '../../../../contracts/resources/flow.ts'
import { fold } from '../../../../domain/decision.ts'
import {
  decideFlow,
  type FlowCommand,
  flowAggregate,
  refuseMedia,
  refuseWrite,
  usesInitSegments,
} from '../../../../domain/flow/flow.ts'
import { audioFlow, fragmentedFlow, multiFlow, videoFlow } from '../../../support/flow-metadata.ts'
import { specFor } from '../../../support/spec-for.ts'

const given = specFor({ decide: decideFlow, aggregate: flowAggregate })
const stateAfter = (...events: FlowEvent[]) => fold(flowAggregate, flowAggregate.initial, events)

const hd = videoFlow('hd', 'camera', { label: 'HD', tags: { b: '1', a: ['2', '3'] } })
const locked = { ...hd, read_only: true }
const put = (flow: FlowMetadata, missingMembers: string[] = []): FlowCommand => ({
  type: 'PutFlow',
  flow,
  missingMembers,
})
const created = (flow: FlowMetadata): FlowEvent => ({ type: 'FlowCreated', data: { flow } })
const updated = (flow: FlowMetadata): FlowEvent => ({ type: 'FlowUpdated', data: { flow } })
const deleted: FlowEvent = { type: 'FlowDeleted', data: { flow_id: 'hd', source_id: 'camera' } }

describe('putting a flow', () => {
  it('creates it where there is none', () => given().when(put(hd)).thenEvents(created(hd)))

  it('creates it anew after it was deleted, in another format even', () => {
    const sound = audioFlow('hd', 'microphone')
    given(created(hd), deleted).when(put(sound)).thenEvents(created(sound))
  })

  it('replaces all of it: what is left out is gone', () => {
    const bare = videoFlow('hd', 'camera')
    given(created(hd)).when(put(bare)).thenEvents(updated(bare))
  })

  it('may move it to another source', () => {
    const moved = { ...hd, source_id: 'other camera' }
    given(created(hd)).when(put(moved)).thenEvents(updated(moved))
  })

  it('has nothing to do for the same flow, however its properties are ordered', () => {
    const { id, ...rest } = hd
    const reordered = { ...rest, tags: { a: ['2', '3'], b: '1' }, id }
    given(created(hd)).when(put(reordered)).thenEvents()
  })

  it('notices that a list is in another order', () => {
    const swapped = { ...hd, tags: { b: '1', a: ['3', '2'] } }
    given(created(hd)).when(put(swapped)).thenEvents(updated(swapped))
  })

  it('keeps to the format', () =>
    given(created(hd))
      .when(put(audioFlow('hd', 'camera')))
      .thenRejected({ reason: 'flow_format_fixed', format: VIDEO }))

  it('is refused while the flow is read-only, were it to say the same', () => {
    given(created(locked)).when(put(hd)).thenRejected({ reason: 'flow_read_only' })
    given(created(locked)).when(put(locked)).thenRejected({ reason: 'flow_read_only' })
  })

  it('may make the flow read-only', () => given(created(hd)).when(put(locked)).thenEvents(updated(locked)))

  it('may write again what is writable again', () =>
    given(created(locked), updated({ ...locked, read_only: false }))
      .when(put(hd))
      .thenEvents(updated(hd)))
})

describe('collecting flows', () => {
  const programme = multiFlow('programme', 'show', {
    flow_collection: [
      { id: 'hd', role: 'video', container_mapping: { track_index: 2 } },
      { id: 'hd' },
      { id: 'sound' },
    ],
  })

  it('keeps the order, roles and mappings it was given, and a member as often', () =>
    given().when(put(programme)).thenEvents(created(programme)))

  it('needs members that exist', () =>
    given()
      .when(put(programme, ['sound']))
      .thenRejected({ reason: 'collected_flow_missing', flow_ids: ['sound'] }))

  it('may have the flow itself among them, as in the examples of TAMS', () => {
    const loop = multiFlow('loop', 'show', { flow_collection: [{ id: 'loop' }] })
    given().when(put(loop)).thenEvents(created(loop))
  })

  it('is written again when put again, since members may have gone and come back meanwhile', () =>
    given(created(programme)).when(put(programme)).thenEvents(updated(programme)))
})

describe('deleting a flow', () => {
  it('tells which source it was of at the end', () =>
    given(created({ ...hd, source_id: 'old' }), updated(hd))
      .when({ type: 'DeleteFlow' })
      .thenEvents(deleted))

  it('names the deletion that removes its segments, where there is one', () =>
    given(created(hd))
      .when({ type: 'DeleteFlow', deletion_id: 'd' })
      .thenEvents({ ...deleted, data: { ...deleted.data, deletion_id: 'd' } }))

  it.each([[], [created(hd), deleted]])('needs one', (...history) =>
    given(...history)
      .when({ type: 'DeleteFlow' })
      .thenRejected({ reason: 'flow_not_found' }),
  )

  it('is refused while it is read-only', () =>
    given(created(locked)).when({ type: 'DeleteFlow' }).thenRejected({ reason: 'flow_read_only' }))
})

describe('a collection that a member has left', () => {
  const show = multiFlow('show', 's', { flow_collection: [{ id: 'hd' }, { id: 'sd' }] })
  const change = (value: readonly { id: string }[]): FlowCommand => ({
    type: 'ChangeFlow',
    change: { property: 'flow_collection', value: [...value] },
    collection: [{ id: 'sd' }],
    missingMembers: [],
  })

  it('is said anew as it is now, so that the member does not come back to it', () =>
    given(created(show))
      .when(change([{ id: 'sd' }]))
      .thenEvents(updated({ ...show, flow_collection: [{ id: 'sd' }] })))
})

describe('restoring a flow', () => {
  const was = {
    created_position: 2,
    created_ms: 3,
    created_by: null,
    updated_ms: 4,
    updated_by: 'eve',
    metadata_version: 'v',
    updated_position: 5,
    segments_updated_ms: 6,
  }
  const restore: FlowCommand = { type: 'RestoreFlow', was }
  const held: FlowEvent = { ...deleted, data: { ...deleted.data, deletion_id: 'd' } }
  const restored: FlowEvent = { type: 'FlowRestored', data: { flow: hd, ...was } }

  it('brings back what it was, with all that is told of it', () =>
    given(created({ ...hd, label: 'before' }), updated(hd), held)
      .when(restore)
      .thenEvents(restored))

  it('needs one', () => given().when(restore).thenRejected({ reason: 'flow_not_found' }))

  it.each([[created(hd)], [created(hd), held, restored]])('needs a deleted one', (...history) =>
    given(...history)
      .when(restore)
      .thenRejected({ reason: 'flow_not_deleted' }),
  )

  it('is refused where its segments went with it', () =>
    given(created(hd), deleted).when(restore).thenRejected({ reason: 'flow_gone' }))

  it('leaves a flow that goes on as before', () => {
    given(created(hd), held, restored).when(put(locked)).thenEvents(updated(locked))
    given(created(hd), held, restored).when({ type: 'DeleteFlow' }).thenEvents(deleted)
  })
})

describe('what a flow takes', () => {
  it.each([
    ['absent', stateAfter(), 'flow_not_found', 'flow_not_found'],
    ['deleted', stateAfter(created(hd), deleted), 'flow_not_found', 'flow_not_found'],
    ['read-only', stateAfter(created(locked)), 'flow_read_only', 'flow_read_only'],
    ['without container', stateAfter(created(multiFlow('m', 's'))), undefined, 'flow_container_missing'],
    ['live', stateAfter(created(hd)), undefined, undefined],
  ])('of one that is %s', (_, state, write, media) => {
    expect(refuseWrite(state)?.reason).toBe(write)
    expect(refuseMedia(state)?.reason).toBe(media)
  })

  it('is media with init objects only if it says so', () => {
    expect(usesInitSegments(fragmentedFlow('hd', 'camera'))).toBe(true)
    expect(usesInitSegments(hd)).toBe(false)
    expect(usesInitSegments(multiFlow('m', 's'))).toBe(false)
  })
})
