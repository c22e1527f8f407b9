import { randomUUID } from 'node:crypto'
import type { ObjectDereferenced } from '../../contracts/events/object-events.ts'
import type { RecordedEvent } from '../../contracts/events/recorded-event.ts'
import { streamName } from '../../contracts/events/stream-name.ts'
import { byRequest } from '../commands/by-request.ts'
import { causedBy } from '../commands/caused-by.ts'
import type { CommandServices } from '../commands/command-services.ts'
import { retireUnreferenced } from '../commands/retire-object.ts'
import { objectStream } from '../commands/stream-kind.ts'
import type { UnitOfWork } from '../commands/unit-of-work.ts'
import type { EventLog } from '../ports/event-log.ts'

type Dereferenced = RecordedEvent<ObjectDereferenced>

const EVENTS_PER_READ = 500

/**
 * Retires the objects that these events left without a reference, where they are without one still: what was
 * used again stays; what was released again later is for that later event to decide; and what was retired since is
 * settled, also where its id has been made known again.
 */
export async function retireDereferenced(
  log: Pick<EventLog, 'readStream'>,
  services: CommandServices,
  events: readonly Dereferenced[],
): Promise<void> {
  const last = new Map(events.map((event) => [event.data.object_id, event]))
  const { catalog } = services
  await catalog.reached(events.at(-1)?.position ?? 0)
  // Whatever the catalog has as used was used after the event: it is released by another event, if ever. What it
  // does not have is retired.
  const candidates = [...last.values()].filter(({ data }) => catalog.reader.isUnreferenced(data.object_id))
  for (const ofRequest of byRequest(candidates, (event) => event))
    await retireUnused(log, services, ofRequest)
}

async function retireUnused(
  log: Pick<EventLog, 'readStream'>,
  { run }: CommandServices,
  events: readonly Dereferenced[],
): Promise<void> {
  await run(causedBy(events[0]!, randomUUID()), async (unit) => {
    await unit.preload(
      objectStream,
      events.map(({ data }) => data.object_id),
    )
    const due: string[] = []
    for (const event of events) if (!(await wasSettledLater(log, unit, event))) due.push(event.data.object_id)
    await retireUnreferenced(unit, due)
  })
}

/** What an object's later release decides, or its retirement: an id that is used anew has a life of its own. */
const SETTLES: ReadonlySet<string> = new Set(['ObjectDereferenced', 'ObjectRetired'])

async function wasSettledLater(
  log: Pick<EventLog, 'readStream'>,
  unit: UnitOfWork,
  { revision, data: { object_id } }: Dereferenced,
): Promise<boolean> {
  const object = await unit.load(objectStream, object_id)
  for (let next = revision + 1; next <= object.revision; next += EVENTS_PER_READ) {
    const later = await log.readStream(streamName.object(object_id), next, EVENTS_PER_READ)
    if (later.some(({ type }) => SETTLES.has(type))) return true
  }
  return false
}
