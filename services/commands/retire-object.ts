import { decideObject, type ObjectRejection } from '../../domain/media-object/media-object.ts'
import { objectStream } from './stream-kind.ts'
import type { UnitOfWork } from './unit-of-work.ts'

/**
 * Retires an object that nothing refers to, and releases the init object it was made with. Its bytes go
 * afterwards (services/purging).
 */
export async function retireObject(
  unit: UnitOfWork,
  object_id: string,
): Promise<{ readonly refused: ObjectRejection } | { readonly retired: boolean }> {
  const object = await unit.load(objectStream, object_id)
  const before = object.state
  const decision = decideObject({ type: 'RetireObject', object_id }, before)
  if (!decision.accepted) return { refused: decision.rejection }
  object.append(decision.events)
  const init = before.status === 'registered' ? before.registration.init_object_id : undefined
  if (init !== undefined) await releaseInit(unit, init)
  return { retired: decision.events.length > 0 }
}

async function releaseInit(unit: UnitOfWork, object_id: string): Promise<void> {
  const init = await unit.load(objectStream, object_id)
  const decision = decideObject({ type: 'Dereference', object_id, count: 1 }, init.state)
  if (decision.accepted) init.append(decision.events)
}
