import type { RecordedEvent } from '../../contracts/events/recorded-event.ts'

/** Events by the request that they came of, so that what follows from them can be recorded as that. */
export function byRequest<E extends RecordedEvent>(events: readonly E[]): readonly (readonly E[])[] {
  const requests = new Map<string, E[]>()
  for (const event of events) {
    const known = requests.get(event.correlationId)
    if (known) known.push(event)
    else requests.set(event.correlationId, [event])
  }
  return [...requests.values()]
}
