import type { MediaFacts, ObjectEvent } from '../../contracts/events/object-events.ts'
import { accept, type Decision } from '../decision.ts'
import type { ObjectState } from './object-state.ts'

/** A Storage Backend has said what it has under a key. */
export type MeasureObject = {
  readonly type: 'MeasureObject'
  readonly object_id: string
  readonly storage_id: string
  readonly key: string
  readonly media: MediaFacts
}

/**
 * What is recorded first stays: the bytes of an object never change, so whatever differs later is damage. An
 * answer that comes too late, for an instance that is no longer there, says nothing.
 */
export function decideMeasurement(command: MeasureObject, state: ObjectState): Decision<ObjectEvent, never> {
  const { object_id, storage_id, key, media } = command
  if (state.status !== 'registered' || state.registration.media) return accept()
  const instance = state.controlled[storage_id]
  if (instance?.key !== key || !instance.stored) return accept()
  return accept({ type: 'ObjectMeasured', data: { object_id, storage_id, ...media } })
}
