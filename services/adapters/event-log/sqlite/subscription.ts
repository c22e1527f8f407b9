import { setImmediate as nextTurn } from 'node:timers/promises'
import type { EventHandler, Subscription } from '../../../ports/event-log.ts'
import type { CommitSignal } from './commit-signal.ts'
import type { EventPage } from './event-reader.ts'

/**
 * Reads page after page and hands each to the handler; at the end of the log it waits for the signal.
 * @param readPage events after a position, a bounded number of them; at the end it reaches no further.
 */
export function startSubscription(
  readPage: (after: number) => EventPage,
  signal: CommitSignal,
  after: number,
  onEvents: EventHandler,
  onEnd: () => void,
): Subscription {
  let stopping = false

  async function run(): Promise<void> {
    const release = signal.watch()
    try {
      // The caller gets its subscription before the first events.
      await nextTurn()
      let position = after
      while (!stopping) {
        const rings = signal.count()
        const { events, reached } = readPage(position)
        if (reached === position) {
          await signal.after(rings)
          continue
        }
        await onEvents(events, reached)
        position = reached
        // A catch-up whose handler never waits would keep this thread from everything else.
        await nextTurn()
      }
    } finally {
      release()
      onEnd()
    }
  }

  const ended = run()
  return {
    ended,
    stop() {
      stopping = true
      signal.ring()
      return ended.catch(() => undefined)
    },
  }
}
