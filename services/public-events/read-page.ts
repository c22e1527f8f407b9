import type { DomainEventType } from '../../contracts/events/domain-event.ts'
import type { RecordedEvent } from '../../contracts/events/recorded-event.ts'
import type { EventLog } from '../ports/event-log.ts'

export type LogPage = { readonly events: readonly RecordedEvent[]; readonly reached: number }

/** One page of what a subscription would read; at the end of the log, once there is something. */
export function pageAfter(
  log: EventLog,
  position: number,
  types: readonly DomainEventType[],
): Promise<LogPage> {
  return new Promise((resolve, reject) => {
    const subscription = log.subscribe(
      position,
      (events, reached) => {
        resolve({ events, reached })
        void subscription.stop()
      },
      { types },
    )
    // The log was closed before there was anything.
    subscription.ended.then(() => resolve({ events: [], reached: position }), reject)
  })
}
