import type { ObjectState } from '../../domain/media-object/object-state.ts'
import { openStreamCache } from '../commands/stream-cache.ts'
import { objectStream } from '../commands/stream-kind.ts'
import type { EventLog } from '../ports/event-log.ts'

export type ObjectNow = { readonly state: ObjectState; readonly revision: number | 'none' }

/** Objects as their streams have them at this moment: other processes write to them too. */
export async function objectsNow(
  log: EventLog,
  ids: readonly string[],
): Promise<ReadonlyMap<string, ObjectNow>> {
  const cache = openStreamCache(log, ids.length + 1)
  await cache.preload(objectStream, ids)
  const objects = new Map<string, ObjectNow>()
  for (const id of ids) {
    const { state, revision } = await cache.load(objectStream, id)
    objects.set(id, { state: state as ObjectState, revision })
  }
  return objects
}
