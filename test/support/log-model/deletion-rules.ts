import type { DeletionEvent } from '../../../contracts/events/deletion-events.ts'
import { parseTimeRange } from '../../../contracts/time/timerange.ts'
import { nanoseconds } from '../instants.ts'
import type { Broken, LogModel, ModelDeletion, ModelSegment, Rules } from './model.ts'

export const deletionRules: Rules<DeletionEvent['type']> = {
  DeletionRequested: (model, { timeMs, actor, data }, broken) => {
    if (model.deletions.has(data.deletion_id)) broken('it was asked for already')
    model.deletions.set(data.deletion_id, {
      order: data,
      asked: selected(model, data),
      timerange_remaining: data.timerange_to_delete,
      status: 'created',
      error: null,
      created_ms: timeMs,
      created_by: actor,
      updated_ms: timeMs,
      expiry_ms: null,
      due_ms: data.held_for_seconds === undefined ? null : timeMs + data.held_for_seconds * 1000,
    })
  },
  DeletionReleased: (model, { timeMs, data }, broken) => {
    const deletion = openOne(model, data.deletion_id, broken)
    if (!isHeld(deletion)) broken('it is not held back')
    Object.assign(deletion, { due_ms: 0, updated_ms: timeMs })
  },
  DeletionCancelled: (model, { timeMs, data: { deletion_id, kept_for_seconds } }, broken) => {
    const deletion = openOne(model, deletion_id, broken)
    if (!isHeld(deletion)) broken('it is not held back')
    if (!model.flows.has(deletion.order.flow_id)) broken('its flow is not there')
    const summary = 'the flow was restored before its deletion began'
    const error = { type: 'deletion_cancelled', summary, time: new Date(timeMs).toISOString() }
    Object.assign(deletion, {
      status: 'error',
      error: JSON.stringify(error),
      due_ms: null,
      updated_ms: timeMs,
      expiry_ms: timeMs + kept_for_seconds * 1000,
    })
  },
  DeletionStarted: (model, { timeMs, data }, broken) => {
    const deletion = openOne(model, data.deletion_id, broken)
    if (deletion.status !== 'created') broken('it has begun already')
    if (deletion.order.delete_flow && model.flows.has(deletion.order.flow_id))
      broken('the flow is still there')
    Object.assign(deletion, { status: 'started', due_ms: null, updated_ms: timeMs })
  },
  DeletionProgressed: (model, { timeMs, data: { deletion_id, timerange_remaining } }, broken) => {
    const deletion = openOne(model, deletion_id, broken)
    const left = leftOf(model, deletion).filter((segment) => !isInside(segment, timerange_remaining))
    if (left.length > 0) broken(`${left.length} segments are left where it has been`)
    Object.assign(deletion, { timerange_remaining, updated_ms: timeMs })
  },
  DeletionCompleted: (model, { timeMs, data: { deletion_id, kept_for_seconds } }, broken) => {
    const deletion = openOne(model, deletion_id, broken)
    const left = leftOf(model, deletion)
    if (left.length > 0) broken(`${left.length} segments are left`)
    Object.assign(deletion, {
      timerange_remaining: '()',
      status: 'done',
      updated_ms: timeMs,
      expiry_ms: timeMs + kept_for_seconds * 1000,
    })
  },
  DeletionFailed: (model, { timeMs, data: { deletion_id, error, kept_for_seconds } }, broken) => {
    const deletion = openOne(model, deletion_id, broken)
    if (deletion.order.delete_flow) model.givenUp.add(deletion.order.flow_id)
    Object.assign(deletion, {
      status: 'error',
      error: JSON.stringify({ ...error, time: new Date(timeMs).toISOString() }),
      due_ms: null,
      updated_ms: timeMs,
      expiry_ms: timeMs + kept_for_seconds * 1000,
    })
  },
  DeletionForgotten: (model, { data: { deletion_id } }, broken) => {
    const deletion = model.deletions.get(deletion_id)
    if (!deletion || isOpen(deletion)) broken('it is not over')
    model.deletions.delete(deletion_id)
  },
}

export const isOpen = ({ status }: ModelDeletion): boolean => status === 'created' || status === 'started'

const isHeld = ({ status, due_ms }: ModelDeletion): boolean => status === 'created' && (due_ms ?? 0) > 0

function openOne({ deletions }: LogModel, id: string, broken: Broken): ModelDeletion {
  const deletion = deletions.get(id)
  if (!deletion) throw new Error(`an event of the deletion ${id}, which is not there`)
  if (!isOpen(deletion)) broken('it is over')
  return deletion
}

const selected = ({ timelines }: LogModel, order: ModelDeletion['order']): readonly ModelSegment[] =>
  (timelines.get(order.flow_id) ?? []).filter(
    (segment) =>
      (order.object_id ?? segment.object_id) === segment.object_id &&
      isInside(segment, order.timerange_to_delete),
  )

/** What of it has not gone yet; later segments at the same places do not count. */
function leftOf({ timelines }: LogModel, { order, asked }: ModelDeletion): readonly ModelSegment[] {
  const there = new Set(timelines.get(order.flow_id) ?? [])
  return asked.filter((segment) => there.has(segment))
}

function isInside({ first, last }: ModelSegment, timerange: string): boolean {
  const range = parseTimeRange(timerange)
  if (range.kind === 'empty') return false
  const { start, end } = range
  const from = start && nanoseconds(start.at) + (start.inclusive ? 0n : 1n)
  const to = end && nanoseconds(end.at) - (end.inclusive ? 0n : 1n)
  return (from === null || first >= from) && (to === null || last <= to)
}
