import { setTimeout as delay } from 'node:timers/promises'
import type { EventLog } from '../ports/event-log.ts'
import { tryLockFile } from '../process/file-lock.ts'
import { analyticsPosition } from './analytics-reader.ts'
import { keepViews, NO_REST } from './keep-views.ts'

const LOOK_EVERY_MS = 50

/**
 * For a command that runs beside the service, or without it: whoever keeps the views is waited for; where nobody
 * does, they are brought up to date here.
 * @throws what aborted the signal
 */
export async function viewsUpToDate(path: string, log: EventLog, signal: AbortSignal): Promise<void> {
  const head = await log.head()
  while (analyticsPosition(path) < head) {
    const unlock = tryLockFile(path)
    if (unlock) await keepUntil(path, log, head, signal).finally(unlock)
    else await delay(LOOK_EVERY_MS, undefined, { signal })
  }
}

async function keepUntil(path: string, log: EventLog, head: number, signal: AbortSignal): Promise<void> {
  const keeping = await keepViews(log, path, NO_REST)
  const failed = keeping.ended.then(() => Promise.reject(new Error('the keeping of the views has stopped')))
  failed.catch(() => undefined)
  try {
    while (analyticsPosition(path) < head)
      await Promise.race([delay(LOOK_EVERY_MS, undefined, { signal }), failed])
  } finally {
    await keeping.stop()
  }
}
