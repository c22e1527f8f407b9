import { describe, expect, it } from 'vitest'
import { overlapWith } from '../../../../contracts/time/coverage.ts'
import { parseTimeRange } from '../../../../contracts/time/timerange.ts'
import { fold } from '../../../../domain/decision.ts'
import {
  deletionStream,
  flowStream,
  objectStream,
  profileStream,
  type StreamKind,
  serviceStream,
  sourceStream,
  timelineStream,
  webhookStream,
} from '../../../../services/commands/stream-kind.ts'
import { videoFlow, videoProfile } from '../../../support/flow-metadata.ts'

/** The state after these events, as it comes back from a snapshot: JSON lies between the two. */
function restored<S, E>({ aggregate, toSnapshot, fromSnapshot }: StreamKind<S, E>, ...events: E[]) {
  const state = fold(aggregate, aggregate.initial, events)
  return { state, again: fromSnapshot(JSON.parse(JSON.stringify(toSnapshot(state)))) }
}

describe('a state comes back from its snapshot as it was', () => {
  const flow = videoFlow('hd', 'camera', { tags: { a: ['1', '2'] } })
  const object_id = '__proto__'
  const allocation = { object_id, flow_id: 'hd', storage_id: 'disk', key: 'k', content_type: 'video/mp4' }

  it.each([
    ['a service', restored(serviceStream, { type: 'ServiceUpdated', data: { name: 'a' } })],
    [
      'a source',
      restored(
        sourceStream,
        { type: 'SourceCreated', data: { source: { id: 'camera', format: flow.format } } },
        { type: 'FlowAttached', data: { source_id: 'camera', flow_id: 'hd' } },
      ),
    ],
    ['no flow', restored(flowStream)],
    ['a flow', restored(flowStream, { type: 'FlowCreated', data: { flow } })],
    [
      'an object in use',
      restored(
        objectStream,
        { type: 'ObjectAllocated', data: allocation },
        { type: 'InstanceAdded', data: { object_id, label: '__proto__', url: 'https://a/' } },
        {
          type: 'ObjectReferenced',
          data: { object_id, flow_id: 'hd', role: 'media', count: 2, registration: { timerange: '[0:0]' } },
        },
      ),
    ],
    [
      'an object that is gone',
      restored(
        objectStream,
        { type: 'ObjectAllocated', data: allocation },
        { type: 'ObjectRetired', data: { object_id } },
      ),
    ],
    [
      'a profile',
      restored(profileStream, { type: 'ProfileCreated', data: { profile: videoProfile('house') } }),
    ],
    [
      'a webhook in error',
      restored(
        webhookStream,
        {
          type: 'WebhookRegistered',
          data: { webhook: { id: 'hook', url: 'https://a/', events: [] }, status: 'created' },
        },
        {
          type: 'WebhookFailed',
          data: { webhook_id: 'hook', error: { type: 'gone', summary: '410', time: '2026-11-21T00:00:00Z' } },
        },
      ),
    ],
    [
      'a flow that can be had back',
      restored(
        flowStream,
        { type: 'FlowCreated', data: { flow } },
        { type: 'FlowDeleted', data: { flow_id: 'hd', source_id: 'camera', deletion_id: 'd' } },
      ),
    ],
    [
      'a deletion that is held back',
      restored(deletionStream, {
        type: 'DeletionRequested',
        data: {
          deletion_id: 'd',
          flow_id: 'hd',
          timerange_to_delete: '()',
          delete_flow: true,
          flow_revision: 0,
          timeline_revision: -1,
          held_for_seconds: 60,
        },
      }),
    ],
    [
      'a deletion under way',
      restored(
        deletionStream,
        {
          type: 'DeletionRequested',
          data: {
            deletion_id: 'd',
            flow_id: 'hd',
            timerange_to_delete: '_',
            object_id,
            delete_flow: false,
            flow_revision: 1,
            timeline_revision: -1,
          },
        },
        { type: 'DeletionStarted', data: { deletion_id: 'd' } },
        { type: 'DeletionProgressed', data: { deletion_id: 'd', timerange_remaining: '[5:0_' } },
      ),
    ],
    ['an empty timeline', restored(timelineStream)],
    [
      'a timeline',
      restored(timelineStream, {
        type: 'SegmentsAdded',
        data: {
          flow_id: 'hd',
          segments: ['[0:0_1:0)', '[1:0]', '[-281474976710655:999999999]'].map((timerange) => ({
            object_id,
            timerange,
          })),
        },
      }),
    ],
    [
      'an object with copies',
      restored(
        objectStream,
        { type: 'InstanceAdded', data: { object_id, label: 'web', url: 'https://a/' } },
        { type: 'ObjectRegistered', data: { object_id, role: 'init', registration: {} } },
        { type: 'InstanceRequested', data: { object_id, storage_id: 'shelf', key: 'k' } },
      ),
    ],
  ])('%s', (_, { state, again }) => expect(again).toStrictEqual(state))

  it('but not where the state had another shape then, or told no shape', () => {
    const kept = objectStream.toSnapshot({ status: 'unknown' })
    expect(objectStream.fromSnapshot(kept)).toStrictEqual({ status: 'unknown' })
    expect(objectStream.fromSnapshot({ ...(kept as object), version: 1 })).toBeUndefined()
    expect(objectStream.fromSnapshot({ status: 'unknown' })).toBeUndefined()
    expect(timelineStream.fromSnapshot(['[0:0_1:0)'])).toBeUndefined()
  })

  it('a timeline of thousands of pieces, which go on refusing what overlaps', () => {
    const segments = Array.from({ length: 5000 }, (_, at) => ({ object_id, timerange: `[${2 * at}:0]` }))
    const { again } = restored(timelineStream, { type: 'SegmentsAdded', data: { flow_id: 'hd', segments } })
    expect(overlapWith(again!.coverage, parseTimeRange('[4000:0_4001:0)'))).toStrictEqual(
      parseTimeRange('[4000:0]'),
    )
    expect(overlapWith(again!.coverage, parseTimeRange('(4000:0_4002:0)'))).toBeUndefined()
  })
})
