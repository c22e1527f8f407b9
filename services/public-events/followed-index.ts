import { setTimeout as delay } from 'node:timers/promises'
import type { RecordedEvent } from '../../contracts/events/recorded-event.ts'
import { type AtOnce, atOnce } from '../catalog/at-once.ts'
import type { EventLog } from '../ports/event-log.ts'
import { openIndexForReading } from './index-database.ts'
import type { PublicEvent } from './public-event.ts'
import { type TellEvent, tellEvents } from './tell-event.ts'
import { isIndexed } from './told-as.ts'

/** An index that another thread or process keeps. */
export type FollowedIndex = {
  /** What others are told of events in order, once the index includes them. @throws once aborted */
  tell(events: readonly RecordedEvent[], signal: AbortSignal): Promise<readonly PublicEvent[]>
  close(): void
}

const LOOK_AFTER_MS = 2
/** An index that is far behind is being built: it is looked at less often. */
const LOOK_EVERY_MS = 100
/** One that stays as it is may have been made anew beside the file that is open here. */
const OPEN_AGAIN_AFTER_MS = 1_000

export function followedIndex(path: string, log: EventLog): FollowedIndex {
  let opened: Promise<OpenIndex | undefined> | undefined
  let openedMs = 0
  const letGo = () => {
    void opened?.then((index) => index?.close())
    opened = undefined
  }
  const open = (): Promise<OpenIndex | undefined> => {
    openedMs = Date.now()
    opened = openIndex(path, log)
    return opened
  }

  const tellNow = async (events: readonly RecordedEvent[], last: number) => {
    const index = await (opened ?? open())
    try {
      // Without waiting for anything, as another may let go of it meanwhile.
      if (index && index.position() >= last) {
        return index.atOnce(() => events.flatMap((event) => index.tell(event) ?? []))
      }
    } catch {
      letGo()
      return undefined
    }
    if (Date.now() - openedMs >= OPEN_AGAIN_AFTER_MS) letGo()
    return undefined
  }

  return {
    tell: async (events, signal) => {
      // The index does not come to what it has no need of.
      const last = events.findLast(isIndexed)?.position ?? 0
      if (events.length === 0) return []
      for (let waitMs = LOOK_AFTER_MS; ; waitMs = Math.min(LOOK_EVERY_MS, waitMs * 1.5)) {
        const told = await tellNow(events, last)
        if (told) return told
        await delay(waitMs, undefined, { signal })
      }
    },
    close: letGo,
  }
}

type OpenIndex = { readonly tell: TellEvent; readonly atOnce: AtOnce; position(): number; close(): void }

/** @returns undefined where there is none, or not yet one of this log */
async function openIndex(path: string, log: EventLog): Promise<OpenIndex | undefined> {
  let close = () => {}
  try {
    const database = openIndexForReading(path)
    close = () => database.close()
    const meta = database.prepare('SELECT value FROM meta WHERE key = ?')
    const read = (key: string): unknown => (meta.get(key) as { value: unknown } | undefined)?.value
    const position = () => Number(read('position') ?? 0)
    const [taken, lastTaken] = [position(), read('event')]
    const [last] = taken === 0 ? [] : await log.readAll(taken - 1, 1)
    if (taken === 0 || last?.id === lastTaken) {
      return { tell: tellEvents(database), atOnce: atOnce(database), position, close }
    }
  } catch {
    // It is being made anew.
  }
  close()
  return undefined
}
