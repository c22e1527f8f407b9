import type { DomainEventType } from '../../contracts/events/domain-event.ts'
import type { EventEnvelope, RecordedEvent } from '../../contracts/events/recorded-event.ts'

/** What a reader needs of events, by their types. Others are passed over. */
export type DigestTypes = {
  /** Needed whole. */
  readonly whole: readonly DomainEventType[]
  /** Of which it is enough that their streams have them. */
  readonly streams: readonly DomainEventType[]
}

/** Where an event is, and of what append. */
export type EventPlace = Pick<EventEnvelope, 'id' | 'position'>

/** Some events in a row, as far as a reader needs them. */
export type EventDigest = {
  /** Those that are needed whole, in order. */
  readonly events: readonly RecordedEvent[]
  /** Streams that begin with one of the others. */
  readonly begun: readonly string[]
  /** Streams that go on with one of the others, in no order, some of them repeatedly. */
  readonly continued: readonly string[]
  /** The last event of all, passed over or not; undefined where there are none. */
  readonly last: EventPlace | undefined
  /** Whether there were more events after it. */
  readonly hasMore: boolean
}

/** The same of events that were read whole. @param hasMore whether there were more */
export function digestOf(
  events: readonly RecordedEvent[],
  { whole, streams }: DigestTypes,
  hasMore: boolean,
): EventDigest {
  return {
    events: events.filter(({ type }) => whole.includes(type)),
    ...streamsOf(events.filter(({ type }) => streams.includes(type))),
    last: events.at(-1),
    hasMore,
  }
}

/** Streams by whether an event is the first of its stream. */
export const streamsOf = (
  events: readonly Pick<EventEnvelope, 'stream' | 'revision'>[],
): Pick<EventDigest, 'begun' | 'continued'> => ({
  begun: events.flatMap(({ stream, revision }) => (revision === 0 ? stream : [])),
  continued: events.flatMap(({ stream, revision }) => (revision === 0 ? [] : stream)),
})
