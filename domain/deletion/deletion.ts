import type {
  DeletionCompleted,
  DeletionEvent,
  DeletionFailed,
  DeletionForgotten,
  DeletionProgressed,
  DeletionRequested,
  DeletionStarted,
} from '../../contracts/events/deletion-events.ts'
import { type Aggregate, accept, type Decision } from '../decision.ts'

/** What was asked for. */
export type DeletionOrder = DeletionRequested['data']

export type DeletionState =
  | { readonly status: 'absent' }
  | OpenDeletion
  /** It is over: carried out, or given up. */
  | { readonly status: 'done' | 'error' }
  | { readonly status: 'forgotten' }

export type OpenDeletion = {
  readonly status: 'created' | 'started'
  readonly order: DeletionOrder
  readonly timerange_remaining: string
}

export type DeletionCommand =
  | ({ readonly type: 'RequestDeletion' } & DeletionOrder)
  | ({ readonly type: 'StartDeletion' } & DeletionStarted['data'])
  | ({ readonly type: 'RecordProgress' } & DeletionProgressed['data'])
  | ({ readonly type: 'CompleteDeletion' } & DeletionCompleted['data'])
  | ({ readonly type: 'FailDeletion' } & DeletionFailed['data'])
  | ({ readonly type: 'ForgetDeletion' } & DeletionForgotten['data'])

/**
 * The life of a deletion request: created, started, done or error, forgotten. Whoever comes too late with a
 * step of it has nothing to do, so steps may be repeated.
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
  state.status === 'created' || state.status === 'started'

export const deletionAggregate: Aggregate<DeletionState, DeletionEvent> = {
  initial: { status: 'absent' },
  evolve: evolveDeletion,
}

type Step = { readonly from: readonly DeletionState['status'][]; readonly event: DeletionEvent['type'] }

/** In which states each command does something, and what: the event carries what the command says. */
const STEPS: Record<DeletionCommand['type'], Step> = {
  RequestDeletion: { from: ['absent'], event: 'DeletionRequested' },
  StartDeletion: { from: ['created'], event: 'DeletionStarted' },
  RecordProgress: { from: ['started'], event: 'DeletionProgressed' },
  CompleteDeletion: { from: ['started'], event: 'DeletionCompleted' },
  FailDeletion: { from: ['created', 'started'], event: 'DeletionFailed' },
  ForgetDeletion: { from: ['done', 'error'], event: 'DeletionForgotten' },
}

function evolveDeletion(state: DeletionState, event: DeletionEvent): DeletionState {
  switch (event.type) {
    case 'DeletionRequested': {
      const { data } = event
      return { status: 'created', order: data, timerange_remaining: data.timerange_to_delete }
    }
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
