import { decideObject, type ObjectRejection } from '../../domain/media-object/media-object.ts'
import { objectStream } from './stream-kind.ts'
import type { UnitOfWork } from './unit-of-work.ts'

/**
 * Retires an object that nothing refers to, and releases the init object it was made with, which goes too if
 * that was its last reference. The bytes go afterwards (services/purging).
 */
export async function retireObject(
  unit: UnitOfWork,
  object_id: string,
): Promise<{ readonly refused: ObjectRejection } | { readonly retired: boolean }> {
  const released: Released = new Map()
  const outcome = await retire(unit, object_id, released)
  await releaseInits(unit, released)
  return outcome
}

/** Retires those of the objects that nothing refers to any more; the others stay as they are. */
export async function retireUnreferenced(unit: UnitOfWork, object_ids: Iterable<string>): Promise<void> {
  const released: Released = new Map()
  for (const object_id of object_ids) await retire(unit, object_id, released)
  await releaseInits(unit, released)
}

/** How many of the objects that went were made with each init object. */
type Released = Map<string, number>

async function retire(unit: UnitOfWork, object_id: string, released: Released) {
  const object = await unit.load(objectStream, object_id)
  const before = object.state
  const decision = decideObject({ type: 'RetireObject', object_id }, before)
  if (!decision.accepted) return { refused: decision.rejection }
  object.appendBeside(decision.events)
  const init = before.status === 'registered' ? before.registration.init_object_id : undefined
  if (init !== undefined) released.set(init, (released.get(init) ?? 0) + 1)
  return { retired: decision.events.length > 0 }
}

async function releaseInits(unit: UnitOfWork, released: Released): Promise<void> {
  for (const [object_id, count] of released) {
    const init = await unit.load(objectStream, object_id)
    for (const command of [
      { type: 'Dereference', object_id, count },
      { type: 'RetireObject', object_id },
    ] as const) {
      const decision = decideObject(command, init.state)
      if (decision.accepted) init.append(decision.events)
    }
  }
}
