import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { analyticsPosition, readAnalytics } from '../../../../services/analytics/analytics-reader.ts'
import { flowUsage } from '../../../../services/analytics/flow-usage.ts'
import { keepViews, NO_REST } from '../../../../services/analytics/keep-views.ts'
import type { EventLog } from '../../../../services/ports/event-log.ts'
import { videoFlow } from '../../../support/flow-metadata.ts'
import { withHarness } from '../../../support/with-harness.ts'

const EVERYTHING = { tags: new Map(), range: { kind: 'range', start: null, end: null } } as const

async function segmentsAt(path: string, position: number): Promise<unknown> {
  while (analyticsPosition(path) < position) await delay(5)
  const [total] = await readAnalytics(path, (reader) => flowUsage(reader, EVERYTHING))
  return total?.segments
}

/** Keeps views until they are as far as the log. @returns how many segments they have then */
async function kept(log: EventLog, path: string): Promise<unknown> {
  const keeping = await keepViews(log, path, NO_REST)
  try {
    return await segmentsAt(path, await log.head())
  } finally {
    await keeping.stop()
  }
}

describe('views', () => {
  it('go on where they were, and are made anew where they are damaged or of another log', async () => {
    await withHarness(async (harness, folder) => {
      const path = join(folder, 'views', 'analytics.db')
      await harness.putFlow(videoFlow('video', 'camera'))
      await harness.allocate('video', 'a', 'b')
      await harness.register('video', { object_id: 'a', timerange: '[0:0_1:0)' })
      expect(await kept(harness.log, path)).toBe(1n)
      await harness.register('video', { object_id: 'b', timerange: '[1:0_2:0)' })
      expect(await kept(harness.log, path)).toBe(2n)
      writeFileSync(path, 'not what SQLite writes')
      expect(await kept(harness.log, path)).toBe(2n)
      await withHarness(async (other) => {
        for (let n = 0; n < 9; n++) await other.putFlow(videoFlow(`flow ${n}`, 'camera'))
        expect(await kept(other.log, path)).toBe(0n)
      })
      expect(await kept(harness.log, path)).toBe(2n)
    })
  })

  it('never have half of what was written together', async () => {
    await withHarness(async (harness, folder) => {
      const path = join(folder, 'analytics.db')
      await harness.putFlow(videoFlow('video', 'camera'))
      const ids = Array.from({ length: 1_500 }, (_, index) => `o${index}`)
      await harness.allocate('video', ...ids)
      const before = await harness.log.head()
      const segments = ids.map((object_id, at) => ({ object_id, timerange: `[${at}:0_${at + 1}:0)` }))
      await harness.register('video', ...segments)
      const head = await harness.log.head()
      const seen = new Set<unknown>()
      const keeping = await keepViews(harness.log, path, NO_REST)
      for (let position = 0; position < head; await delay(0)) {
        position = analyticsPosition(path)
        if (position >= before) seen.add(position)
      }
      await keeping.stop()
      expect([...seen].filter((position) => position !== before)).toEqual([head])
    })
  })
})
