import { randomUUID } from 'node:crypto'
import type { RecordedEvent } from '../../contracts/events/recorded-event.ts'
import { decideObject } from '../../domain/media-object/media-object.ts'
import type { PurgeRow } from '../catalog/purge-queries.ts'
import { byRequest } from '../commands/by-request.ts'
import { causedBy } from '../commands/caused-by.ts'
import type { CommandServices } from '../commands/command-services.ts'
import { objectStream } from '../commands/stream-kind.ts'
import type { EventLog } from '../ports/event-log.ts'
import { MediaStoreUnavailable } from '../ports/media-store.ts'
import type { StorageBackend } from '../storage/storage-backends.ts'
import { eventsAt } from './events-at.ts'

export type PurgeServices = {
  readonly log: Pick<EventLog, 'readAll'>
  readonly commands: CommandServices
  /** Resolves once no bytes are on their way to a key any more: what is removed before them would come back. */
  readonly untilFree?: (key: string) => Promise<void>
}

/** Bounds what one append holds. */
const ROWS_PER_APPEND = 500

/**
 * Removes bytes that are to go from a Storage Backend, then records it, and waits until the catalog has it.
 * Doing it twice is harmless: keys are never used again.
 * @param rows of this backend, in the order of their positions
 * @returns how many are gone, and what kept the others from going
 * @throws MediaStoreUnavailable, LogUnavailable, CatalogBehind: some may be gone by then
 */
export async function purgePage(
  { log, commands, untilFree }: PurgeServices,
  { store }: StorageBackend,
  rows: readonly PurgeRow[],
): Promise<{ readonly purged: number; readonly failure: MediaStoreUnavailable | undefined }> {
  if (untilFree) await Promise.all(rows.map(({ key }) => untilFree(key)))
  let failure: MediaStoreUnavailable | undefined
  try {
    await store.remove(rows.map(({ key }) => key))
  } catch (error) {
    if (!(error instanceof MediaStoreUnavailable) || !error.keysLeft) throw error
    failure = error
  }
  const left = new Set(failure?.keysLeft)
  const gone = left.size === 0 ? rows : rows.filter(({ key }) => !left.has(key))
  const recorded = await Promise.allSettled(
    (await stepsOf(log, gone)).map((step) => recordPurges(commands, step)),
  )
  const positions = recorded.map((step) => {
    if (step.status === 'rejected') throw step.reason
    return step.value
  })
  await commands.catalog.reached(Math.max(0, ...positions))
  return { purged: gone.length, failure }
}

type Step = { readonly cause: RecordedEvent; readonly rows: readonly PurgeRow[] }

/** What goes because of one request is recorded as what follows from that request. */
async function stepsOf(log: PurgeServices['log'], rows: readonly PurgeRow[]): Promise<readonly Step[]> {
  const causes = await eventsAt(
    log,
    rows.map(({ position }) => position),
  )
  const causeOf = ({ position }: PurgeRow): RecordedEvent => {
    const cause = causes.get(position)
    if (!cause) throw new Error(`the catalog speaks of an event at ${position} that is not in the log`)
    return cause
  }
  return byRequest(rows, causeOf).flatMap((ofRequest) =>
    Array.from({ length: Math.ceil(ofRequest.length / ROWS_PER_APPEND) }, (_, step) => ({
      cause: causeOf(ofRequest[0]!),
      rows: ofRequest.slice(step * ROWS_PER_APPEND, (step + 1) * ROWS_PER_APPEND),
    })),
  )
}

/** @returns a position by which it is in the log */
async function recordPurges({ run }: CommandServices, { cause, rows }: Step): Promise<number> {
  const { position } = await run(causedBy(cause, randomUUID()), async (unit) => {
    await unit.preload(
      objectStream,
      rows.map(({ object_id }) => object_id),
    )
    for (const { object_id, storage_id, key } of rows) {
      const object = await unit.load(objectStream, object_id)
      const decision = decideObject({ type: 'RecordPurge', object_id, storage_id, key }, object.state)
      if (decision.accepted) object.append(decision.events)
    }
  })
  return position
}
