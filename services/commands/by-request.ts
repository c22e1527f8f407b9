import type { RecordedEvent } from '../../contracts/events/recorded-event.ts'

/** Groups things by the request that their event came of, so that what follows can be recorded as that. */
export function byRequest<T>(
  things: readonly T[],
  eventOf: (thing: T) => RecordedEvent,
): readonly (readonly T[])[] {
  const requests = new Map<string, T[]>()
  for (const thing of things) {
    const { correlationId } = eventOf(thing)
    const known = requests.get(correlationId)
    if (known) known.push(thing)
    else requests.set(correlationId, [thing])
  }
  return [...requests.values()]
}
