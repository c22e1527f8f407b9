import { describe, expect, it } from 'vitest'
import type { DeletionEvent } from '../../../../contracts/events/deletion-events.ts'
import {
  type DeletionCommand,
  decideDeletion,
  deletionAggregate,
} from '../../../../domain/deletion/deletion.ts'
import { specFor } from '../../../support/spec-for.ts'

const given = specFor({ decide: decideDeletion, aggregate: deletionAggregate })

const deletion_id = 'd'
const order = {
  deletion_id,
  flow_id: 'hd',
  timerange_to_delete: '[0:0_9:0)',
  delete_flow: false,
  flow_revision: 0,
  timeline_revision: 4,
}
const error = { type: 'why', summary: 'not so' }
const requested: DeletionEvent = { type: 'DeletionRequested', data: order }
const heldOrder = { ...order, delete_flow: true, held_for_seconds: 60 }
const held: DeletionEvent = { type: 'DeletionRequested', data: heldOrder }
const released: DeletionEvent = { type: 'DeletionReleased', data: { deletion_id } }
const cancelled: DeletionEvent = { type: 'DeletionCancelled', data: { deletion_id, kept_for_seconds: 60 } }
const started: DeletionEvent = { type: 'DeletionStarted', data: { deletion_id } }
const progressed: DeletionEvent = {
  type: 'DeletionProgressed',
  data: { deletion_id, timerange_remaining: '[5:0_9:0)' },
}
const completed: DeletionEvent = { type: 'DeletionCompleted', data: { deletion_id, kept_for_seconds: 60 } }
const failed: DeletionEvent = { type: 'DeletionFailed', data: { deletion_id, error, kept_for_seconds: 60 } }
const forgotten: DeletionEvent = { type: 'DeletionForgotten', data: { deletion_id } }

const request: DeletionCommand = { type: 'RequestDeletion', ...order }
const requestHeld: DeletionCommand = { type: 'RequestDeletion', ...heldOrder }
const release: DeletionCommand = { type: 'ReleaseDeletion', deletion_id }
const cancel: DeletionCommand = { type: 'CancelDeletion', deletion_id, kept_for_seconds: 60 }
const start: DeletionCommand = { type: 'StartDeletion', deletion_id }
const progress: DeletionCommand = { type: 'RecordProgress', deletion_id, timerange_remaining: '[5:0_9:0)' }
const complete: DeletionCommand = { type: 'CompleteDeletion', deletion_id, kept_for_seconds: 60 }
const fail: DeletionCommand = { type: 'FailDeletion', deletion_id, error, kept_for_seconds: 60 }
const forget: DeletionCommand = { type: 'ForgetDeletion', deletion_id }

describe('a deletion', () => {
  const lives: readonly (readonly [string, readonly DeletionEvent[], DeletionCommand, DeletionEvent])[] = [
    ['is asked for', [], request, requested],
    ['starts', [requested], start, started],
    ['is asked for, to be held back', [], requestHeld, held],
    ['starts when it has been held back', [held], start, started],
    ['starts when it is held back no longer', [held, released], start, started],
    ['is let go', [held], release, released],
    ['is called off while it is held back', [held], cancel, cancelled],
    ['fails while it is held back', [held], fail, failed],
    ['is forgotten when it was called off', [held, cancelled], forget, forgotten],
    ['progresses', [requested, started], progress, progressed],
    ['is completed', [requested, started, progressed], complete, completed],
    ['fails before it has started', [requested], fail, failed],
    ['fails half way', [requested, started, progressed], fail, failed],
    ['is forgotten when done', [requested, started, completed], forget, forgotten],
    ['is forgotten when it failed', [requested, failed], forget, forgotten],
  ]
  it.each(lives)('%s', (_, history, command, event) =>
    given(...history)
      .when(command)
      .thenEvents(event),
  )

  const late: readonly (readonly [string, readonly DeletionEvent[], DeletionCommand])[] = [
    ['is asked for once', [requested], request],
    ['is not let go where it was never held back', [requested], release],
    ['is let go once', [held, released], release],
    ['is not called off where it was never held back', [requested], cancel],
    ['is not called off when it is held back no longer', [held, released], cancel],
    ['is not called off when it has started', [held, started], cancel],
    ['does not start when it was called off', [held, cancelled], start],
    ['starts once', [requested, started], start],
    ['does not progress before it starts', [requested], progress],
    ['does not progress when done', [requested, started, completed], progress],
    ['is completed once', [requested, started, completed], complete],
    ['is not completed when it failed', [requested, failed], complete],
    ['does not fail when done', [requested, started, completed], fail],
    ['does not fail when it was never asked for', [], fail],
    ['is not forgotten while it is under way', [requested, started], forget],
    ['is forgotten once', [requested, failed, forgotten], forget],
    ['is not asked for again when forgotten', [requested, failed, forgotten], request],
  ]
  it.each(late)('%s', (_, history, command) =>
    given(...history)
      .when(command)
      .thenEvents(),
  )

  it('keeps the order, and what remains of it', () => {
    const state = [requested, started, progressed].reduce(deletionAggregate.evolve, deletionAggregate.initial)
    expect(state).toStrictEqual({ status: 'started', order, timerange_remaining: '[5:0_9:0)' })
  })

  it('does not go on without a beginning: such a stream is corrupt', () => {
    expect(() => deletionAggregate.evolve(deletionAggregate.initial, started)).toThrow('corrupt')
  })
})
