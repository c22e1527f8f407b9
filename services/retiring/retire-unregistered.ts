import { randomUUID } from 'node:crypto'
import type { ObjectAllocated } from '../../contracts/events/object-events.ts'
import type { RecordedEvent } from '../../contracts/events/recorded-event.ts'
import { byRequest } from '../commands/by-request.ts'
import { causedBy } from '../commands/caused-by.ts'
import type { CommandServices } from '../commands/command-services.ts'
import { retireUnreferenced } from '../commands/retire-object.ts'
import { objectStream } from '../commands/stream-kind.ts'

/** Retires the objects that were allocated with these events, and that no segment has used so far. */
export async function retireUnregistered(
  { run, catalog }: CommandServices,
  events: readonly RecordedEvent<ObjectAllocated>[],
): Promise<void> {
  await catalog.reached(events.at(-1)?.position ?? 0)
  // What the catalog has as registered was so for good; what it does not have is retired.
  const candidates = events.filter(({ data }) => catalog.reader.isUnregistered(data.object_id))
  for (const ofRequest of byRequest(candidates, (event) => event)) {
    const ids = ofRequest.map(({ data }) => data.object_id)
    await run(causedBy(ofRequest[0]!, randomUUID()), async (unit) => {
      await unit.preload(objectStream, ids)
      const unused: string[] = []
      for (const id of ids) {
        if ((await unit.load(objectStream, id)).state.status === 'unregistered') unused.push(id)
      }
      await retireUnreferenced(unit, unused)
    })
  }
}
