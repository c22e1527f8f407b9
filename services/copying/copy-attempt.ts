import { randomUUID } from 'node:crypto'
import type { EventContext } from '../../contracts/events/recorded-event.ts'
import type { OpenCopyRow } from '../catalog/copy-queries.ts'
import { causedBy } from '../commands/caused-by.ts'
import type { CommandServices } from '../commands/command-services.ts'
import { failInstance, storeInstance } from '../commands/object-instances.ts'
import { objectStream } from '../commands/stream-kind.ts'
import type { EventLog } from '../ports/event-log.ts'
import type { StoredMedia } from '../ports/media-store.ts'
import type { StorageBackend } from '../storage/storage-backends.ts'
import {
  COPY_FAULTS,
  type CopyFault,
  CopyImpossible,
  faultOf,
  isPassing,
  PlaceAway,
  storeAt,
} from './copy-errors.ts'
import { copyFromStore } from './copy-from-store.ts'
import { copyFromUrl, type UrlFetching } from './copy-from-url.ts'
import type { CopyOrigins, CopySource } from './copy-sources.ts'
import type { CopyTarget } from './copy-target.ts'
import type { PlacesAway } from './places-away.ts'

export type CopyServices = {
  readonly log: EventLog
  readonly commands: CommandServices
  readonly fetching: UrlFetching
  readonly places: PlacesAway
}

export type CopyJob = {
  readonly copy: OpenCopyRow
  readonly target: StorageBackend
  readonly signal: AbortSignal
}

/**
 * Makes a copy, from the first source that gives it, and records it. Bytes that nobody wants any more are
 * removed again. Steps may be repeated.
 * @returns what is there now; undefined where it is not wanted
 * @throws what the sources failed with: what passes, if any of it does
 */
export async function attemptCopy(
  services: CopyServices,
  job: CopyJob,
  origins: CopyOrigins,
): Promise<StoredMedia | undefined> {
  const { copy, target, signal } = job
  const newContext = await contextsOf(services, copy)
  if (!(await isWanted(services, newContext(), copy))) return undefined
  const { id: place, store } = target
  const present = await storeAt(place, () => store.head(copy.key))
  const { contentType } = origins
  const media = await copyFromAny(services, origins, {
    place,
    store,
    key: copy.key,
    present,
    contentType,
    signal,
  })
  services.places.worked(place)
  const { outcome } = await storeInstance(services.commands, newContext(), copy.object_id, placeOf(copy))
  if (!('refused' in outcome)) return media
  await removeBytes(job)
  return undefined
}

/** Records that a copy cannot be made, with none of its bytes left. @returns whether it was still wanted */
export async function giveUpCopy(services: CopyServices, job: CopyJob, fault: CopyFault): Promise<boolean> {
  const { copy } = job
  await removeBytes(job)
  const error = { type: fault, summary: COPY_FAULTS[fault] }
  const newContext = await contextsOf(services, copy)
  const { commands } = services
  const { outcome } = await failInstance(commands, newContext(), copy.object_id, placeOf(copy), error)
  return !('refused' in outcome)
}

export const removeBytes = ({ copy, target: { id, store } }: CopyJob): Promise<void> =>
  storeAt(id, () => store.remove([copy.key]))

async function copyFromAny(
  services: CopyServices,
  { sources, someUnknown }: CopyOrigins,
  target: CopyTarget,
): Promise<StoredMedia> {
  const { places } = services
  let passing: unknown
  let lasting: unknown
  let { present } = target
  for (const source of sources) {
    if (places.restOf(source.place, Date.now()) > 0) {
      passing ??= new PlaceAway(source.place, { cause: undefined })
      continue
    }
    try {
      const media = await copyFrom(services, source, { ...target, present })
      places.worked(source.place)
      return media
    } catch (error) {
      target.signal.throwIfAborted()
      if (error instanceof PlaceAway) places.failed(error.place, Date.now())
      if (error instanceof PlaceAway && error.place === target.place) throw error
      if (isPassing(error)) passing ??= error
      else lasting ??= error
      if (faultOf(error) !== 'checksum_mismatch') continue
      // What is there is not what the source has: a copy begins anew.
      await storeAt(target.place, () => target.store.remove([target.key]))
      present = undefined
    }
  }
  if (passing === undefined && someUnknown)
    passing = new PlaceAway('a storage backend that is not configured', {})
  throw passing ?? lasting ?? new CopyImpossible('source_missing')
}

const copyFrom = (
  { fetching }: CopyServices,
  source: CopySource,
  target: CopyTarget,
): Promise<StoredMedia> =>
  'url' in source ? copyFromUrl(fetching, source, target) : copyFromStore(source, target)

/** Contexts of commands that follow from the request. */
async function contextsOf({ log }: CopyServices, { position }: OpenCopyRow): Promise<() => EventContext> {
  const [asked] = await log.readAll(position - 1, 1)
  if (asked?.type !== 'InstanceRequested') throw new Error(`no copy was asked for at position ${position}`)
  return () => causedBy(asked, randomUUID())
}

/** As the log has it: the catalog may not know yet that it is over. */
async function isWanted(
  { commands }: CopyServices,
  context: EventContext,
  { object_id, storage_id, key }: OpenCopyRow,
): Promise<boolean> {
  const { outcome } = await commands.run(context, async (unit) => {
    const { state } = await unit.load(objectStream, object_id)
    await unit.confirm()
    if (state.status !== 'registered') return false
    const instance = state.controlled[storage_id]
    return instance?.key === key && !instance.stored
  })
  return outcome
}

const placeOf = ({ storage_id, key }: OpenCopyRow) => ({ storage_id, key })
