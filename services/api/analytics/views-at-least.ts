import { setTimeout as delay } from 'node:timers/promises'
import type { Request } from 'express'
import { AnalyticsUnavailable, analyticsPosition } from '../../analytics/analytics-reader.ts'

const LOOK_EVERY_MS = 25
const PATIENCE_MS = 30_000

/**
 * Waits for the views to include what the client has seen already. That the log has come so far was looked at.
 * @throws AnalyticsUnavailable where they do not get there in time
 */
export async function viewsAtLeast(path: string, request: Request): Promise<void> {
  const wanted = Number(request.headers['framelog-position'] ?? 0)
  for (let waitedMs = 0; analyticsPosition(path) < wanted; waitedMs += LOOK_EVERY_MS) {
    if (waitedMs >= PATIENCE_MS) throw new AnalyticsUnavailable('the views do not show it yet')
    await delay(LOOK_EVERY_MS)
  }
}
