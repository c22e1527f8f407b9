import { randomUUID } from 'node:crypto'
import type { InstanceRemoved, ObjectRetired } from '../../contracts/events/object-events.ts'
import type { RecordedEvent } from '../../contracts/events/recorded-event.ts'
import { decideObject } from '../../domain/media-object/media-object.ts'
import type { CommandServices } from '../commands/command-services.ts'
import { objectStream } from '../commands/stream-kind.ts'
import { causedBy } from '../deletion/caused-by.ts'

/** What makes bytes superfluous. */
export type PurgeCause = RecordedEvent<ObjectRetired | InstanceRemoved>

type Instance = { readonly storage_id: string; readonly key: string }

/** Resolves once no bytes are on their way to a key any more: what is removed before them would come back. */
export type UntilFree = (key: string) => Promise<void>

const ALWAYS_FREE: UntilFree = async () => {}

/** Bounds what one append holds, and how much is removed between two. */
const EVENTS_PER_STEP = 500

/** Bytes are to go from a Storage Backend that this process does not know. */
export class UnknownBackend extends Error {
  override readonly name = 'UnknownBackend'
}

/**
 * Removes the bytes of objects that are retired and of instances that were removed, then records the former.
 * Doing it twice is harmless: keys are never used again.
 * @throws UnknownBackend, MediaStoreUnavailable, LogUnavailable: some may be gone by then
 */
export async function purgeBytes(
  services: CommandServices,
  causes: readonly PurgeCause[],
  untilFree: UntilFree = ALWAYS_FREE,
): Promise<void> {
  for (let start = 0; start < causes.length; start += EVENTS_PER_STEP) {
    await purgeStep({ ...services, untilFree }, causes.slice(start, start + EVENTS_PER_STEP))
  }
}

type PurgeServices = CommandServices & { readonly untilFree: UntilFree }

async function purgeStep(services: PurgeServices, causes: readonly PurgeCause[]): Promise<void> {
  const removed = causes.flatMap(({ data }) => ('key' in data ? [data] : []))
  await removeFromStores(services, removed)
  for (const ofRequest of retiredByRequest(causes).values()) await purgeRetired(services, ofRequest)
}

/** What one request retired is recorded as one append, as what follows from that request. */
function retiredByRequest(
  causes: readonly PurgeCause[],
): ReadonlyMap<string, RecordedEvent<ObjectRetired>[]> {
  const requests = new Map<string, RecordedEvent<ObjectRetired>[]>()
  for (const cause of causes) {
    if (cause.type !== 'ObjectRetired') continue
    const known = requests.get(cause.correlationId)
    if (known) known.push(cause)
    else requests.set(cause.correlationId, [cause])
  }
  return requests
}

async function purgeRetired(
  services: PurgeServices,
  retired: readonly RecordedEvent<ObjectRetired>[],
): Promise<void> {
  const ids = retired.map(({ data }) => data.object_id)
  await services.run(causedBy(retired[0]!, randomUUID()), async (unit) => {
    await unit.preload(objectStream, ids)
    const objects = await Promise.all(ids.map((id) => unit.load(objectStream, id)))
    const unpurged = objects.map(({ state }) => state).filter((state) => state.status === 'retired')
    const instances = unpurged
      .filter(({ purged }) => !purged)
      .flatMap(({ controlled }) =>
        Object.entries(controlled).map(([storage_id, { key }]) => ({ storage_id, key })),
      )
    await removeFromStores(services, instances)
    for (const [index, object_id] of ids.entries()) {
      const object = objects[index]!
      const decision = decideObject({ type: 'RecordPurge', object_id }, object.state)
      if (decision.accepted) object.append(decision.events)
    }
  })
}

async function removeFromStores(
  { storageBackends, untilFree }: PurgeServices,
  instances: readonly Instance[],
): Promise<void> {
  for (const { key } of instances) await untilFree(key)
  const keys = new Map<string, string[]>()
  for (const { storage_id, key } of instances) {
    const known = keys.get(storage_id)
    if (known) known.push(key)
    else keys.set(storage_id, [key])
  }
  for (const [storage_id, all] of keys) {
    const backend = storageBackends.byId.get(storage_id)
    if (!backend) throw new UnknownBackend(`there is no storage backend ${storage_id} to remove media from`)
    await backend.store.remove(all)
  }
}
