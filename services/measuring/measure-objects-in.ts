import { randomUUID } from 'node:crypto'
import type { InstanceStored, ObjectReferenced } from '../../contracts/events/object-events.ts'
import type { RecordedEvent } from '../../contracts/events/recorded-event.ts'
import type { UnmeasuredInstance } from '../catalog/object-queries.ts'
import type { CommandServices } from '../commands/command-services.ts'
import { commandContext } from '../commands/event-context.ts'
import { type Measurement, measureObjects } from '../commands/measure-objects.ts'
import type { Logger } from '../observability/logger.ts'
import type { EventLog } from '../ports/event-log.ts'
import type { MediaStore } from '../ports/media-store.ts'
import { unlessAborted } from '../process/unless-aborted.ts'
import { mediaFacts } from '../storage/media-facts.ts'
import type { StorageBackend } from '../storage/storage-backends.ts'

/** What became of objects whose Storage Backend was asked; `absent`: nothing was uploaded, or not yet. */
export type MeasuredOutcome = 'recorded' | 'absent' | 'failed'

export type CountMeasured = (outcome: MeasuredOutcome, objects: number) => void

export type MeasuringServices = {
  readonly log: EventLog
  readonly commands: CommandServices
  readonly logger: Logger
  readonly count: CountMeasured
}

/** More would only queue, for sockets or for the threads that do file work. */
const AT_ONCE = 8

/** How often an object is asked for that fails while its backend is well. */
const PATIENCE = 5

/**
 * Records what one Storage Backend has of objects that were registered without.
 *
 * Bytes that are not there are counted and left: a client that registers before it uploads gets its segment, and
 * no checksum. An object that keeps failing where others do not is left as well, rather than be in the way of all
 * that come after it.
 * @param signal ends what is under way: a store may take minutes to answer
 */
export function objectMeasurer(
  { commands, logger, count }: MeasuringServices,
  backend: StorageBackend,
  signal: AbortSignal,
): (events: readonly RecordedEvent<ObjectReferenced | InstanceStored>[]) => Promise<void> {
  let attempts = 0

  /** @throws what asking failed with, where it may still get better */
  async function giveUpOn(failures: readonly unknown[]): Promise<void> {
    attempts += 1
    if (attempts < PATIENCE) throw failures[0]
    await unlessAborted(backend.store.check(), signal)
    attempts = 0
    logger.warn({ err: failures[0], storage_id: backend.id }, 'objects could not be measured, and are left')
    count('failed', failures.length)
  }

  return async (events) => {
    const ids = events.flatMap((event) => mayLackFacts(event, backend.id))
    const last = events.at(-1)
    if (ids.length === 0 || !last) return
    await commands.catalog.reached(last.position)
    const instances = commands.catalog.reader.unmeasuredIn(backend.id, ids)
    const { measurements, absent, failures } = await ask(backend, instances, signal)
    if (measurements.length > 0) {
      const context = commandContext(randomUUID(), null)
      const { outcome } = await measureObjects(commands, context, measurements)
      count('recorded', outcome)
    }
    if (failures.length > 0) await giveUpOn(failures)
    attempts = 0
    if (absent > 0) count('absent', absent)
  }
}

/** A first use tells of bytes where it can; a copy may be the first instance of an object that there is here. */
function mayLackFacts(
  { type, data }: RecordedEvent<ObjectReferenced | InstanceStored>,
  storage_id: string,
): readonly string[] {
  const mayLack =
    type === 'InstanceStored'
      ? data.storage_id === storage_id
      : data.registration !== undefined && data.registration.media === undefined
  return mayLack ? [data.object_id] : []
}

const NONE: ReadonlySet<string> = new Set()

/** Only spares asking for each: where it fails, they are asked for. */
const missingOf = async (store: MediaStore, instances: readonly UnmeasuredInstance[]) =>
  instances.length === 0 ? undefined : store.missing?.(instances.map(({ key }) => key)).catch(() => undefined)

async function ask(
  { id: storage_id, store }: StorageBackend,
  instances: readonly UnmeasuredInstance[],
  signal: AbortSignal,
) {
  const measurements: Measurement[] = []
  const failures: unknown[] = []
  const missing = (await unlessAborted(missingOf(store, instances), signal)) ?? NONE
  const there = instances.filter(({ key }) => !missing.has(key))
  let absent = instances.length - there.length
  const askFor = async ({ object_id, key }: UnmeasuredInstance): Promise<void> => {
    try {
      const media = await store.head(key)
      if (media) measurements.push({ object_id, storage_id, key, media: mediaFacts(media) })
      else absent += 1
    } catch (error) {
      failures.push(error)
    }
  }
  for (let start = 0; start < there.length; start += AT_ONCE) {
    await unlessAborted(Promise.all(there.slice(start, start + AT_ONCE).map(askFor)), signal)
  }
  return { measurements, absent, failures }
}
