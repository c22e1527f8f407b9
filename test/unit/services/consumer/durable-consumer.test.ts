import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openSqliteEventLog } from '../../../../services/adapters/event-log/sqlite/open-sqlite-event-log.ts'
import { commandContext } from '../../../../services/commands/event-context.ts'
import { type Consumer, startConsumer } from '../../../../services/consumer/durable-consumer.ts'
import { createLogger } from '../../../../services/observability/logger.ts'
import type { EventLog } from '../../../../services/ports/event-log.ts'
import { fakeClock } from '../../../support/fake-clock.ts'
import { withFolder } from '../../../support/running-service.ts'

const logger = createLogger('silent')
const passing = new Error('the store is away')

async function retire(log: EventLog, ...ids: string[]): Promise<void> {
  for (const object_id of ids) {
    const events = [{ type: 'ObjectRetired', data: { object_id } } as const]
    await log.append(commandContext('request', null), [
      { stream: `object-${object_id}`, expectedRevision: 'any', events },
      {
        stream: `other-${object_id}`,
        expectedRevision: 'any',
        events: [{ type: 'ObjectPurged', data: { object_id } }],
      },
    ])
  }
}

const withLog = (use: (log: EventLog) => Promise<void>): Promise<void> =>
  withFolder(async (folder) => {
    const log = openSqliteEventLog({ path: join(folder, 'events.db') })
    await use(log)
    await log.close()
  })

/** A consumer that remembers what it has done, and does what `fail` lets it. */
function remembering(fail: (object_id: string) => void = () => {}) {
  const done: string[] = []
  const consumer: Consumer<'ObjectRetired'> = {
    name: 'test',
    types: ['ObjectRetired'],
    retryMs: 1,
    isPassing: (error) => error === passing,
    handle: async (events) => {
      for (const { data } of events) {
        fail(data.object_id)
        done.push(data.object_id)
      }
    },
  }
  return { consumer, done }
}

describe('a durable consumer', () => {
  it('handles what came before it, and what comes, of its types only', () =>
    withLog(async (log) => {
      await retire(log, 'a', 'b')
      const { consumer, done } = remembering()
      const running = await startConsumer(log, consumer, logger)
      await expect.poll(() => done).toEqual(['a', 'b'])
      await retire(log, 'c')
      await expect.poll(() => done).toEqual(['a', 'b', 'c'])
      await running.stop()
    }))

  it('goes on at its checkpoint when it is started again', () =>
    withLog(async (log) => {
      await retire(log, 'a')
      const first = remembering()
      const running = await startConsumer(log, first.consumer, logger)
      await expect.poll(() => log.loadCheckpoint('test')).toBeGreaterThan(0)
      await running.stop()
      await retire(log, 'b')
      const second = remembering()
      const again = await startConsumer(log, second.consumer, logger)
      await expect.poll(() => second.done).toEqual(['b'])
      await again.stop()
    }))

  it('waits out what passes, however long, and skips nothing', () =>
    withLog(async (log) => {
      await retire(log, 'a', 'b')
      let left = 25
      const { consumer, done } = remembering((id) => {
        if (id === 'b' && left-- > 0) throw passing
      })
      const running = await startConsumer(log, consumer, logger)
      await expect.poll(() => done.at(-1)).toBe('b')
      await running.stop()
    }))

  it('stops before what keeps failing, to find it again at the next start', () =>
    withLog(async (log) => {
      await retire(log, 'a')
      let attempts = 0
      const failing = remembering(() => {
        attempts++
        throw new Error('a bug')
      })
      const running = await startConsumer(log, failing.consumer, logger)
      await expect.poll(() => attempts).toBe(10)
      await running.stop()
      expect(attempts).toBe(10)
      expect(await log.loadCheckpoint('test')).toBe(0)
      const { consumer, done } = remembering()
      const again = await startConsumer(log, consumer, logger)
      await expect.poll(() => done).toEqual(['a'])
      await again.stop()
    }))

  it('lets events grow old before it handles them, and saves how far it has come', () =>
    withLog(async (log) => {
      await retire(log, 'a')
      const clock = fakeClock(Date.now())
      const { consumer, done } = remembering()
      const running = await startConsumer(log, { ...consumer, delayMs: 60_000 }, logger, clock)
      await expect.poll(clock.isWaiting).toBe(true)
      expect(done).toEqual([])
      const [first] = await log.readAll(0, 1)
      clock.moveTo(first!.timeMs + 60_000)
      await expect.poll(() => done).toEqual(['a'])
      await retire(log, 'b')
      await expect.poll(clock.isWaiting).toBe(true)
      await running.stop()
      expect(done).toEqual(['a'])
      expect(await log.loadCheckpoint('test')).toBeGreaterThanOrEqual(1)
      expect(await log.loadCheckpoint('test')).toBeLessThan(3)
    }))

  it('can be stopped while it waits', () =>
    withLog(async (log) => {
      await retire(log, 'a')
      let attempts = 0
      const { consumer } = remembering(() => {
        attempts++
        throw passing
      })
      const running = await startConsumer(log, { ...consumer, retryMs: 60_000 }, logger)
      await expect.poll(() => attempts).toBe(1)
      await running.stop()
      expect(await log.loadCheckpoint('test')).toBe(0)
    }))
})
