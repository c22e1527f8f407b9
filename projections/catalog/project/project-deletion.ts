import type { DeletionEvent, DeletionFailed } from '../../../contracts/events/deletion-events.ts'
import type { ErrorBody } from '../../../contracts/resources/error.ts'
import { type Projection, put } from './projection.ts'

export const deletionProjection: Projection<DeletionEvent['type']> = {
  DeletionRequested: ({ timeMs, actor, data }) => [
    put('deletion_requests', data.deletion_id, {
      flow_id: data.flow_id,
      object_id: data.object_id ?? null,
      delete_flow: data.delete_flow ? 1 : 0,
      timerange_to_delete: data.timerange_to_delete,
      timerange_remaining: data.timerange_to_delete,
      status: 'created',
      created_ms: timeMs,
      created_by: actor,
      updated_ms: timeMs,
      ...(data.held_for_seconds !== undefined && { due_ms: timeMs + data.held_for_seconds * 1000 }),
    }),
  ],
  DeletionReleased: ({ timeMs, data }) => [
    put('deletion_requests', data.deletion_id, { due_ms: 0, updated_ms: timeMs }),
  ],
  DeletionCancelled: ({ timeMs, data: { deletion_id, kept_for_seconds } }) => [
    put('deletion_requests', deletion_id, failed(timeMs, CANCELLED, kept_for_seconds)),
  ],
  DeletionStarted: ({ timeMs, data }) => [
    put('deletion_requests', data.deletion_id, { status: 'started', due_ms: null, updated_ms: timeMs }),
  ],
  DeletionProgressed: ({ timeMs, data: { deletion_id, timerange_remaining } }) => [
    put('deletion_requests', deletion_id, { timerange_remaining, updated_ms: timeMs }),
  ],
  DeletionCompleted: ({ timeMs, data: { deletion_id, kept_for_seconds } }) => [
    put('deletion_requests', deletion_id, {
      timerange_remaining: '()',
      status: 'done',
      updated_ms: timeMs,
      expiry_ms: timeMs + kept_for_seconds * 1000,
    }),
  ],
  DeletionFailed: ({ timeMs, data: { deletion_id, error, kept_for_seconds } }) => [
    put('deletion_requests', deletion_id, failed(timeMs, error, kept_for_seconds)),
  ],
  DeletionForgotten: ({ data }) => [{ op: 'remove', table: 'deletion_requests', id: data.deletion_id }],
}

/** TAMS has no status for it: what was asked for was not carried out, and here is why. */
const CANCELLED = { type: 'deletion_cancelled', summary: 'the flow was restored before its deletion began' }

function failed(timeMs: number, error: DeletionFailed['data']['error'], kept_for_seconds: number) {
  const body: ErrorBody = { ...error, time: new Date(timeMs).toISOString() }
  return {
    status: 'error',
    error: JSON.stringify(body),
    due_ms: null,
    updated_ms: timeMs,
    expiry_ms: timeMs + kept_for_seconds * 1000,
  }
}
