import type {
  DeletionCancelled,
  DeletionCompleted,
  DeletionEvent,
  DeletionFailed,
  DeletionForgotten,
  DeletionProgressed,
  DeletionReleased,
  DeletionRequested,
  DeletionStarted,
} from '../../contracts/events/deletion-events.ts'
import { type Aggregate, accept, type Decision } from '../decision.ts'

/** What was asked for. */
export type DeletionOrder = DeletionRequested['data']

export type DeletionState =
  | { readonly status: 'absent' }
  | OpenDeletion
  /** It is over: carried out, given up, or called off. */
  | { readonly status: 'done' | 'error' | 'cancelled' }
  | { readonly status: 'forgotten' }

export type OpenDeletion = {
  /** `held`: it does not begin yet, and can be called off. Whoever has a clock says when its time has come. */
  readonly status: 'held' | 'created' | 'started'
  readonly order: DeletionOrder
  readonly timerange_remaining: string
}

export type DeletionCommand =
  | ({ readonly type: 'RequestDeletion' } & DeletionOrder)
  | ({ readonly type: 'ReleaseDeletion' } & DeletionReleased['data'])
  | ({ readonly type: 'CancelDeletion' } & DeletionCancelled['data'])
  | ({ readonly type: 'StartDeletion' } & DeletionStarted['data'])
  | ({ readonly type: 'RecordProgress' } & DeletionProgressed['data'])
  | ({ readonly type: 'CompleteDeletion' } & DeletionCompleted['data'])
  | ({ readonly type: 'FailDeletion' } & DeletionFailed['data'])
  | ({ readonly type: 'ForgetDeletion' } & DeletionForgotten['data'])

/**
 * The life of a deletion request: created, perhaps held back and then called off, else started, done or error,
 * and forgotten. Whoever comes too late with a step of it has nothing to do, so steps may be repeated.
 * @see TAMS deletion-request.json
 */
export function decideDeletion(
  { type, ...data }: DeletionCommand,
  state: DeletionState,
): Decision<DeletionEvent, never> {
  const { from, event } = STEPS[type]
  if (!from.includes(state.status)) return accept()
  return accept({ type: event, data } as DeletionEvent)
}

export const isOpen = (state: DeletionState): state is OpenDeletion =>
  state.status === 'held' || state.status === 'created' || state.status === 'started'

export const deletionAggregate: Aggregate<DeletionState, DeletionEvent> = {
  initial: { status: 'absent' },
  evolve: evolveDeletion,
}

type Step = { readonly from: readonly DeletionState['status'][]; readonly event: DeletionEvent['type'] }

/** In which states each command does something, and what: the event carries what the command says. */
const STEPS: Record<DeletionCommand['type'], Step> = {
  RequestDeletion: { from: ['absent'], event: 'DeletionRequested' },
  ReleaseDeletion: { from: ['held'], event: 'DeletionReleased' },
  CancelDeletion: { from: ['held'], event: 'DeletionCancelled' },
  StartDeletion: { from: ['held', 'created'], event: 'DeletionStarted' },
  RecordProgress: { from: ['started'], event: 'DeletionProgressed' },
  CompleteDeletion: { from: ['started'], event: 'DeletionCompleted' },
  FailDeletion: { from: ['held', 'created', 'started'], event: 'DeletionFailed' },
  ForgetDeletion: { from: ['done', 'error', 'cancelled'], event: 'DeletionForgotten' },
}

function evolveDeletion(state: DeletionState, event: DeletionEvent): DeletionState {
  switch (event.type) {
    case 'DeletionRequested': {
      const { data } = event
      const status = data.held_for_seconds === undefined ? 'created' : 'held'
      return { status, order: data, timerange_remaining: data.timerange_to_delete }
    }
    case 'DeletionReleased':
      return { ...opened(state, event), status: 'created' }
    case 'DeletionCancelled':
      return { status: 'cancelled' }
    case 'DeletionStarted':
      return { ...opened(state, event), status: 'started' }
    case 'DeletionProgressed':
      return { ...opened(state, event), timerange_remaining: event.data.timerange_remaining }
    case 'DeletionCompleted':
      return { status: 'done' }
    case 'DeletionFailed':
      return { status: 'error' }
    case 'DeletionForgotten':
      return { status: 'forgotten' }
  }
}

function opened(state: DeletionState, { type }: DeletionEvent): OpenDeletion {
  if (!isOpen(state)) throw new Error(`${type} of a deletion that is ${state.status}: the stream is corrupt`)
  return state
}
