import type { RecordedEvent } from '../../../contracts/events/recorded-event.ts'
import {
  type MirroredLog,
  openMirroredLog,
} from '../../../services/adapters/event-log/mirrored/open-mirrored-log.ts'
import type { EventLog } from '../../../services/ports/event-log.ts'
import { temporaryPath } from './temporary-log.ts'
import { until } from './until.ts'

/** A log with a mirror in a folder of its own, which goes with it. */
export function temporaryMirror(url: string, patienceMs = 300_000): MirroredLog & { readonly path: string } {
  const { path, remove } = temporaryPath()
  const log = openMirroredLog({ path, url, keeps: true, patienceMs })
  const close = async () => {
    await log.close()
    remove()
  }
  return { ...log, path, close }
}

/** Waits until all is in the mirror that is at the server now. */
export async function caughtUp({ mirror }: MirroredLog): Promise<void> {
  const sinceMs = Date.now()
  await until(() => mirror.endMs() > sinceMs)
}

export async function everythingIn(log: Pick<EventLog, 'readAll'>): Promise<readonly RecordedEvent[]> {
  const events: RecordedEvent[] = []
  for (;;) {
    const page = await log.readAll(events.at(-1)?.position ?? 0, 500)
    if (page.length === 0) return events
    events.push(...page)
  }
}
