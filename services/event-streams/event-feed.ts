import { setTimeout as delay } from 'node:timers/promises'
import type { DomainEventType } from '../../contracts/events/domain-event.ts'
import type { RecordedEvent } from '../../contracts/events/recorded-event.ts'
import type { AtOnce } from '../catalog/at-once.ts'
import { turns } from '../consumer/turns.ts'
import type { EventLog, Subscription } from '../ports/event-log.ts'
import type { PublicEvent } from '../public-events/public-event.ts'
import { pageAfter } from '../public-events/read-page.ts'
import { weightOf } from '../public-events/weight-of.ts'
import type { EventMessages } from './event-message.ts'
import { type FeedPage, keptPages } from './kept-pages.ts'

export type FeedTools = {
  readonly log: EventLog
  /** What is told of events in order, once everything that takes is there. @throws once aborted */
  readonly tell: (events: readonly RecordedEvent[], signal: AbortSignal) => Promise<readonly PublicEvent[]>
  readonly messagesOf: (event: PublicEvent) => EventMessages
  /** Runs what asks the catalog many questions. */
  readonly atOnce: AtOnce
}

/** Gets what happens, a few events at a time, each time before anyone else can join. */
export type OnMessages = (messages: readonly EventMessages[]) => void

export type Following = {
  /** Of the log. */
  readonly types: readonly DomainEventType[]
  readonly onMessages: OnMessages
  /** It goes no further. */
  readonly onFailure: (error: unknown) => void
}

/** The public events: as they come, from one reading of the log for everyone, and from history, in pages. */
export type EventFeed = {
  /** The position up to which what happens has been handed out. */
  position(): number
  /** Hands out what happens after a position, and nothing else any more. */
  follow(after: number, following: Following): void
  /** Hands out nothing more. */
  unfollow(): void
  /** The next events of some types after a position, and how far they reach. */
  page(after: number, types: readonly DomainEventType[]): Promise<FeedPage>
  stop(): void
}

/**
 * A thousand readers take their time: so many times as much is left to others. Meanwhile there comes more, which is then
 * handed out at the cost of one event.
 */
const REST_PER_WORK = 10
/** What takes so long takes it because there are many readers, or because the machine has no time. */
const MAX_REST_MS = 100
/** Handed out at once: about so many characters without URLs, or one event. */
const GROUP_CHARACTERS = 128 * 1024
/** What a message takes beside what it is of. */
const ENVELOPE_CHARACTERS = 500
/** What follows a page of the log that is at least so long is handed out with it. */
const LONG_PAGE = 50
/** How many pages are read at a time. */
const READING_AT_ONCE = 4

export function eventFeed({ log, tell, messagesOf, atOnce }: FeedTools): EventFeed {
  const stopping = new AbortController()
  const { signal } = stopping
  const reading = turns(READING_AT_ONCE)
  const pages = keptPages()
  let handedOut = 0
  let following: Subscription | undefined

  const read = async (after: number, types: readonly DomainEventType[]): Promise<FeedPage> => {
    const { events, reached } = await pageAfter(log, after, types)
    return { messages: (await tell(events, signal)).map(messagesOf), reached }
  }

  return {
    position: () => handedOut,
    follow: (after, { types, onMessages, onFailure }) => {
      void following?.stop()
      handedOut = after
      let waiting: EventMessages[] = []
      const subscription = log.subscribe(
        after,
        async (events, reached) => {
          for (const event of await tell(events, signal)) waiting.push(messagesOf(event))
          const isMore = events.length >= LONG_PAGE && reached < (await log.head())
          if (isMore && charactersOf(waiting) < GROUP_CHARACTERS) return
          const messages = waiting
          waiting = []
          let began = performance.now()
          for (const group of groupsOf(messages)) {
            if (following !== subscription) return
            atOnce(() => onMessages(group))
            handedOut = group.at(-1)!.event.position
            // Node sends what was written within a turn at its end.
            await endOfTurn()
            await delay(Math.min(MAX_REST_MS, REST_PER_WORK * (performance.now() - began)))
            began = performance.now()
          }
          if (following === subscription) handedOut = reached
        },
        { types },
      )
      following = subscription
      subscription.ended.catch((error: unknown) => {
        if (following === subscription && !signal.aborted) onFailure(error)
      })
    },
    unfollow: () => {
      void following?.stop()
      following = undefined
    },
    page: (after, types) =>
      pages.page(`${after} ${types.join()}`, () => reading.take(() => read(after, types))),
    stop: () => {
      stopping.abort()
      void following?.stop()
      following = undefined
      pages.clear()
    },
  }
}

const endOfTurn = (): Promise<void> => new Promise((resolve) => process.nextTick(resolve))

const charactersIn = ({ event }: EventMessages): number => ENVELOPE_CHARACTERS + weightOf(event)
const charactersOf = (messages: readonly EventMessages[]): number =>
  messages.reduce((sum, each) => sum + charactersIn(each), 0)

function* groupsOf(messages: readonly EventMessages[]): Generator<readonly EventMessages[]> {
  let group: EventMessages[] = []
  let characters = 0
  for (const each of messages) {
    group.push(each)
    characters += charactersIn(each)
    if (characters < GROUP_CHARACTERS) continue
    yield group
    group = []
    characters = 0
  }
  if (group.length > 0) yield group
}
