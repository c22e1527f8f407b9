import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { statSync } from 'node:fs'
import { join } from 'node:path'
import type { Worker } from 'node:worker_threads'
import { DatabaseSync } from '@photostructure/sqlite'
import { afterEach, describe, expect, it } from 'vitest'
import type { RecordedEvent } from '../../../../../../contracts/events/recorded-event.ts'
import { spawnWriter } from '../../../../../../services/adapters/event-log/sqlite/spawn-writer.ts'
import { type EventLog, LogUnavailable } from '../../../../../../services/ports/event-log.ts'
import { aContext, anEvent, aStream, someEvents } from '../../../../../support/event-log/events.ts'
import { type TemporaryLog, temporaryLog } from '../../../../../support/event-log/temporary-log.ts'
import { until } from '../../../../../support/event-log/until.ts'

const open: TemporaryLog[] = []
afterEach(async () => {
  for (const log of open.splice(0)) await log.dispose()
})

async function aLog(options: Parameters<typeof temporaryLog>[0] = {}): Promise<TemporaryLog> {
  const log = await temporaryLog(options)
  open.push(log)
  return log
}

const append = (log: EventLog, count = 1, stream = aStream()) =>
  log.append(aContext(), [{ stream, expectedRevision: 'any', events: someEvents(count) }])

/** Runs a script, as a process of its own, that has the built `openSqliteEventLog` and the log's `path`. */
async function inAnotherProcess(
  path: string,
  script: string,
): Promise<{ code: number | null; output: string }> {
  const module = join(
    import.meta.dirname,
    '../../../../../../dist/services/adapters/event-log/sqlite/open-sqlite-event-log.js',
  )
  const prologue = `
    const { openSqliteEventLog } = await import(process.argv[1])
    const path = process.argv[2]
    const log = openSqliteEventLog({ path })
    const context = { commandId: crypto.randomUUID(), actor: null, correlationId: 'c', causationId: null }
    const events = [{ type: 'ServiceUpdated', data: { name: 'other process' } }]
    const append = () => log.append(context, [{ stream: 'service', expectedRevision: 'any', events }])
  `
  const child = spawn(process.execPath, ['--input-type=module', '-e', prologue + script, module, path], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let output = ''
  child.stdout.on('data', (chunk) => {
    output += chunk
  })
  const [code] = await once(child, 'close')
  return { code, output }
}

describe('the log’s times', () => {
  it('never go back, though a clock does', async () => {
    const { log, path } = await aLog()
    await append(log, 2)
    const ahead = Date.now() + 3_600_000
    const other = new DatabaseSync(path)
    other.prepare('UPDATE commits SET time_ms = ?').run(ahead)
    other.close()
    await append(log)
    await append(log)
    expect((await log.readAll(0, 10)).map(({ timeMs }) => timeMs)).toEqual([ahead, ahead, ahead, ahead])
  })
})

describe('a log that was made without an index of rare events', () => {
  it('has them found all the same', async () => {
    const first = await aLog()
    await append(first.log, 3)
    const other = new DatabaseSync(first.path)
    other.exec('DROP INDEX rare_events')
    other.close()
    const seen: number[] = []
    const subscription = (await first.reopen()).subscribe(
      0,
      (batch) => void seen.push(...batch.map(({ position }) => position)),
      { types: ['InstanceAdded'] },
    )
    await until(() => seen.length === 3)
    await subscription.stop()
    expect(seen).toEqual([1, 2, 3])
  })
})

describe('the log’s positions', () => {
  it('are counted from 1 without gaps, whoever appends and whatever is refused', async () => {
    const first = await aLog()
    const logs = [first.log, await first.reopen(), await first.reopen()]
    await Promise.all(
      logs.flatMap((log) =>
        Array.from({ length: 20 }, async (_, n) => {
          await append(log, 1 + (n % 3))
          await log.append(aContext(), [{ stream: aStream(), expectedRevision: 7, events: someEvents(2) }])
        }),
      ),
    )

    const events = await first.log.readAll(0, 1000)
    expect(events.map(({ position }) => position)).toEqual(Array.from({ length: 117 }, (_, n) => n + 1))
    expect(await first.log.head()).toBe(117)
  })
})

describe('who else has the log open', () => {
  it('sees what another log of this process appends', async () => {
    const first = await aLog()
    const second = await first.reopen()
    const seen: RecordedEvent[] = []
    const subscription = second.subscribe(0, (batch) => {
      seen.push(...batch)
    })
    for (let n = 1; n <= 5; n++) {
      await append(first.log)
      await until(() => seen.length === n)
    }
    await subscription.stop()
    expect(seen).toEqual(await first.log.readAll(0, 10))
  })

  it('sees what another process appends', async () => {
    const { log, path } = await aLog()
    const seen: RecordedEvent[] = []
    const subscription = log.subscribe(0, (batch) => {
      seen.push(...batch)
    })
    await append(log)
    await until(() => seen.length === 1)

    expect(await inAnotherProcess(path, 'await append(); await log.close()')).toMatchObject({ code: 0 })

    await until(() => seen.length === 2)
    await subscription.stop()
    expect(seen[1]).toMatchObject({ stream: 'service', data: { name: 'other process' } })
    expect(await append(log)).toMatchObject({ ok: true, position: 3 })
  })
})

describe('its threads and timers', () => {
  it('are not there before the first write', async () => {
    let started = 0
    const spawn: typeof spawnWriter = (options) => {
      started++
      return spawnWriter(options)
    }
    const { log } = await aLog({ spawn })
    await log.readAll(0, 10)
    await log.readStream('service', 0, 10)
    await log.loadCheckpoint('c')
    expect(started).toBe(0)
    await append(log)
    await append(log)
    expect(started).toBe(1)
  })

  it('keep a process alive until its appends are answered, and no longer', async () => {
    const { path } = await aLog()
    const script =
      "log.subscribe(0, () => {}); append().then(({ position }) => console.log('appended', position))"
    expect(await inAnotherProcess(path, script)).toEqual({ code: 0, output: 'appended 1\n' })
  })
})

describe('closing', () => {
  it('answers what was asked before, and empties the write-ahead log', async () => {
    const { log, path } = await aLog()
    const answers = Array.from({ length: 50 }, () => append(log))
    await log.close()
    expect((await Promise.all(answers)).map((answer) => answer.ok && answer.position)).toEqual(
      answers.map((_, n) => n + 1),
    )
    expect(statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0).toBe(0)
  })

  it('ends subscriptions, and refuses what comes after', async () => {
    const { log } = await aLog()
    await append(log)
    const subscription = log.subscribe(0, () => {})
    await Promise.all([log.close(), log.close()])
    await expect(subscription.ended).resolves.toBeUndefined()
    await expect(append(log)).rejects.toThrow(LogUnavailable)
    await expect(log.saveCheckpoint('c', 1)).rejects.toThrow(LogUnavailable)
  })
})

it('metrics tell each transaction’s appends, events and time', async () => {
  const told: [number, number, number][] = []
  const { log } = await aLog({ metrics: { appended: (...values) => told.push(values) } })
  await append(log, 2)
  await Promise.all([append(log, 3), append(log, 4), log.saveCheckpoint('c', 1)])
  await log.saveCheckpoint('c', 2)
  expect(told.map(([appends, events]) => [appends, events])).toEqual([
    [1, 2],
    [2, 7],
  ])
  for (const [, , seconds] of told) expect(seconds).toBeGreaterThan(0)
})

describe('when the log cannot be written', () => {
  it('refuses while another process keeps the file to itself, and goes on afterwards', async () => {
    const { log, path } = await aLog({ lockWaitMs: 50 })
    await append(log)
    const other = new DatabaseSync(path)
    other.exec('BEGIN IMMEDIATE')

    const refused = [append(log), append(log, 2), log.saveCheckpoint('c', 1)]
    for (const answer of refused) await expect(answer).rejects.toThrow(LogUnavailable)
    expect(await log.readAll(0, 10)).toHaveLength(1)

    other.exec('ROLLBACK')
    other.close()
    expect(await append(log)).toMatchObject({ ok: true, position: 2 })
  })

  it('waits for another process that is about to be done', async () => {
    const { log, path } = await aLog({ lockWaitMs: 20_000 })
    await append(log)
    const other = new DatabaseSync(path)
    other.exec('BEGIN IMMEDIATE')
    const waiting = append(log)
    await new Promise((resolve) => setImmediate(resolve))
    other.exec('COMMIT')
    other.close()
    expect(await waiting).toMatchObject({ ok: true, position: 2 })
  })

  it('answers truly for each append when the writer’s thread dies, and starts another', async () => {
    let worker: Worker | undefined
    const { log } = await aLog({
      spawn: (options) => {
        worker = spawnWriter(options)
        return worker
      },
    })
    await append(log)
    const streams = Array.from({ length: 400 }, aStream)
    const answers = streams.map(async (stream) => {
      await append(log, 2, stream)
    })
    await answers[0]
    void worker?.terminate()
    const outcomes = await Promise.allSettled(answers)

    for (const [index, outcome] of outcomes.entries()) {
      const events = await log.readStream(streams[index]!, 0, 10)
      expect(events).toHaveLength(outcome.status === 'fulfilled' ? 2 : 0)
      if (outcome.status === 'rejected') expect(outcome.reason).toBeInstanceOf(LogUnavailable)
    }
    await until(() =>
      append(log).then(
        () => true,
        () => false,
      ),
    )
    expect((await log.readAll(0, 10_000)).map(({ position }) => position)).toEqual(
      Array.from({ length: await log.head() }, (_, n) => n + 1),
    )
  })

  it('says so of a log that has lost an event', async () => {
    const { log, path } = await aLog()
    await append(log, 3)
    const other = new DatabaseSync(path)
    other.exec('DELETE FROM events WHERE position = 2')
    other.close()
    await expect(log.readAll(0, 10)).rejects.toThrow('damaged')
    const subscription = log.subscribe(0, () => {})
    await expect(subscription.ended).rejects.toThrow('damaged')
  })
})

it.each([1, 2])('the write-ahead log stays small while %i logs write much at once', async (writers) => {
  const { log, path, reopen } = await aLog()
  const logs = [log, ...(await Promise.all(Array.from({ length: writers - 1 }, reopen)))]
  const big = anEvent('x'.repeat(100_000))
  let largest = 0
  const write = async (to: EventLog): Promise<void> => {
    for (let round = 0; round < 30 / writers; round++) {
      const stream = aStream()
      await Promise.all(
        Array.from({ length: 40 }, () =>
          to.append(aContext(), [{ stream, expectedRevision: 'any', events: [big] }]),
        ),
      )
      largest = Math.max(largest, statSync(`${path}-wal`).size)
    }
  }
  await Promise.all(logs.map(write))
  // 120 MB were written.
  expect(largest).toBeLessThan(100_000_000)
})
